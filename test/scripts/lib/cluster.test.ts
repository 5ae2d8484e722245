import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";

import { ApiError, UnreachableError } from "../../../scripts/lib/api-server.ts";
import { Cluster, pathOf } from "../../../scripts/lib/cluster.ts";
import { discover, findResource } from "../../../scripts/lib/discovery.ts";
import { ConfigMap, HelmRelease, Namespace } from "../../../scripts/lib/kinds.ts";
import { removeOwn } from "../../../scripts/lib/removal.ts";
import { FakeApiServer } from "../../support/api-server.ts";
import { recordingLog } from "../support/flux.ts";

const namespace = "default";
const one = { resource: ConfigMap, name: "one", namespace };

describe("Cluster", { timeout: 20_000 }, () => {
  let server: FakeApiServer;
  let cluster: Cluster;
  let done: AbortController;

  beforeEach(async () => {
    server = await FakeApiServer.start();
    cluster = new Cluster(server.kubeconfig(), "test");
    done = new AbortController();
  });
  afterEach(async () => {
    done.abort();
    await server.stop();
  });

  const put = (name: string, labels: Record<string, string> = {}) => {
    server.put(ConfigMap, { metadata: { name, namespace, labels } });
  };

  it("knows the cluster by the UID of kube-system", async () => {
    assert.equal(await cluster.uid(), FakeApiServer.uid);
  });

  it("gives undefined for what does not exist, and an empty list for a kind that is not served", async () => {
    assert.equal(await cluster.get(one), undefined);
    server.missing.add(HelmRelease.plural);
    assert.deepEqual(await cluster.list(HelmRelease), []);
  });

  it("says by ApiError why a write was refused", async () => {
    put("one");
    const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "one", namespace } };
    await assert.rejects(
      cluster.create(ConfigMap, object),
      (error) =>
        error instanceof ApiError && error.code === 409 && error.reason === "AlreadyExists",
    );
  });

  it("says by UnreachableError that no server answers, without the credential", async () => {
    const dead = new Cluster(server.kubeconfig("planted-token"), "test");
    await server.stop();
    await assert.rejects(
      dead.uid(),
      (error) => error instanceof UnreachableError && !error.message.includes("planted-token"),
    );
    server = await FakeApiServer.start();
  });

  it("lists by label and follows by name", async () => {
    put("one", { tier: "a" });
    put("two", { tier: "b" });
    const listed = await cluster.list(ConfigMap, { labelSelector: "tier=b" });
    assert.deepEqual(
      listed.map(({ kind, metadata }) => [kind, metadata.name]),
      [["ConfigMap", "two"]],
    );
  });

  it("follows what exists, what comes and what goes, and says when the first list is through", async () => {
    put("one");
    const events: string[] = [];
    await new Promise<void>((resolve) => {
      cluster.follow(
        ConfigMap,
        {
          signal: done.signal,
          listed: () => {
            events.push("listed");
            put("two");
          },
        },
        {
          seen: ({ metadata }) => {
            events.push(`seen ${metadata.name}`);
            if (metadata.name === "two") server.remove(one);
          },
          gone: ({ metadata }) => {
            events.push(`gone ${metadata.name}`);
            resolve();
          },
        },
      );
    });
    assert.deepEqual(events, ["seen one", "listed", "seen two", "gone one"]);
  });

  it("follows a kind that is served only later, and says what it lost meanwhile", async () => {
    server.missing.add(ConfigMap.plural);
    const lost: string[] = [];
    const seen = new Promise<string>((resolve) => {
      const options = {
        signal: done.signal,
        lost: ({ message }: Error) => {
          lost.push(message);
          server.missing.clear();
          put("one");
        },
      };
      cluster.follow(ConfigMap, options, {
        seen: ({ metadata }) => {
          resolve(metadata.name);
        },
        gone: () => undefined,
      });
    });
    assert.equal(await seen, "one");
    assert.equal(lost.length, 1);
  });

  it("tells nothing more after it was ended", async () => {
    const events: string[] = [];
    await new Promise<void>((resolve) => {
      const listed = resolve;
      const seen = () => {
        events.push("seen");
      };
      cluster.follow(ConfigMap, { signal: done.signal, listed }, { seen, gone: seen });
    });
    done.abort();
    const other = new AbortController();
    await new Promise<void>((resolve) => {
      cluster.follow(
        ConfigMap,
        {
          signal: other.signal,
          listed: () => {
            put("one");
          },
        },
        {
          seen: () => {
            resolve();
          },
          gone: () => undefined,
        },
      );
    });
    other.abort();
    assert.deepEqual(events, []);
  });

  it("discovers the kinds that can be removed", async () => {
    put("one");
    server.put(HelmRelease, { metadata: { name: "x", namespace } });
    const resources = await discover(cluster);
    assert.deepEqual(
      findResource(resources, { group: "helm.toolkit.fluxcd.io", kind: "HelmRelease" }),
      HelmRelease,
    );
    assert.deepEqual(findResource(resources, { group: "", kind: "Namespace" }), Namespace);
    assert.equal(findResource(resources, { group: "apps", kind: "Namespace" }), undefined);
  });

  it("leaves out a group whose own server does not answer, and takes nothing else for absent", async () => {
    put("one");
    server.put(HelmRelease, { metadata: { name: "x", namespace } });
    const unavailable = { code: 503, reason: "ServiceUnavailable", message: "no endpoints" };
    const group = /GET \/apis\/helm\.toolkit\.fluxcd\.io\/v2$/;
    const served = server.faults.refuse(group, unavailable);
    const resources = await discover(cluster);
    assert.equal(
      findResource(resources, { group: "helm.toolkit.fluxcd.io", kind: "HelmRelease" }),
      undefined,
    );
    served();
    for (const [path, code] of [
      [/GET \/api\/v1$/, 503],
      [group, 500],
    ] as const) {
      const mended = server.faults.refuse(path, { ...unavailable, code });
      await assert.rejects(discover(cluster), /no endpoints/);
      mended();
    }
  });

  describe("removeOwn", () => {
    it("drops the finalizers of what its controller does not let go", async () => {
      server.put(ConfigMap, { metadata: { name: "one", namespace, finalizers: ["stuck"] } });
      const { log, lines } = recordingLog();
      await removeOwn(cluster, [one], log, 50);
      assert.equal(server.get(one), undefined);
      assert.deepEqual(lines, [
        "ConfigMap/default/one kept its finalizers after its deletion: dropped them",
      ]);
    });

    it("leaves them to a controller that works", async () => {
      server.put(ConfigMap, { metadata: { name: "one", namespace, finalizers: ["slow"] } });
      server.heard = (request) => {
        if (request.includes("watch=true")) server.merge(one, { metadata: { finalizers: null } });
      };
      await removeOwn(cluster, [one], recordingLog().log, 10_000);
      assert.ok(!server.writes.some((write) => write.startsWith("PATCH")));
    });
  });
});

describe("pathOf", () => {
  const table = [
    [{ resource: Namespace, name: "a" }, "/api/v1/namespaces/a"],
    [{ resource: ConfigMap, namespace: "n" }, "/api/v1/namespaces/n/configmaps"],
    [{ resource: HelmRelease }, "/apis/helm.toolkit.fluxcd.io/v2/helmreleases"],
  ] as const;
  for (const [at, path] of table) {
    it(`is ${path}`, () => {
      assert.equal(pathOf(at), path);
    });
  }
});
