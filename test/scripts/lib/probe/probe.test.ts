import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";

import { Cluster } from "../../../../scripts/lib/cluster.ts";
import { GitRepository } from "../../../../scripts/lib/kinds.ts";
import { probeSource } from "../../../../scripts/lib/probe/probe.ts";
import { parseSource, probeObject } from "../../../../scripts/lib/probe/source.ts";
import { FakeApiServer } from "../../../support/api-server.ts";
import { namespace, recordingLog } from "../../support/flux.ts";

const source = parseSource({
  kind: "GitRepository",
  url: "https://git.example/fleet",
  ref: "refs/heads/main",
  pullSecret: "flux-system",
});
const probe = { resource: GitRepository, name: "flux-bootstrap-probe", namespace };

describe("probeSource", { timeout: 20_000 }, () => {
  let server: FakeApiServer;
  beforeEach(async () => {
    server = await FakeApiServer.start();
  });
  afterEach(async () => {
    await server.stop();
  });

  const run = async (timeoutMilliseconds = 10_000, signal = new AbortController().signal) => {
    const cluster = new Cluster(server.kubeconfig(), "probe");
    const options = { namespace, source, timeoutMilliseconds };
    return probeSource(cluster, options, { log: recordingLog().log, signal });
  };
  /** source-controller: takes the finalizer, writes the status, lets a deleted source go. */
  const answer = (status: object) => {
    server.react(({ kind, metadata }, event) => {
      if (kind !== "GitRepository" || event === "DELETED") return;
      if (metadata.deletionTimestamp !== undefined)
        server.merge(probe, { metadata: { finalizers: null } });
      else if (event === "ADDED") server.merge(probe, { metadata: { finalizers: ["f"] }, status });
    });
  };
  const fetched = {
    artifact: { revision: "refs/heads/main@sha1:1" },
    conditions: [{ type: "Ready", status: "True" }],
  };
  const failing = (reason: string, message: string) => ({
    conditions: [
      { type: "FetchFailed", status: "True", reason, message },
      { type: "Reconciling", status: "True", reason: "ProgressingWithRetry" },
    ],
  });

  it("gives the revision and leaves no probe", async () => {
    answer(fetched);
    assert.equal((await run()).revision, "refs/heads/main@sha1:1");
    assert.deepEqual(server.all(GitRepository), []);
  });

  it("fails with a refused credential at once, and says where it is", async () => {
    answer(failing("AuthenticationFailed", "no such secret"));
    await assert.rejects(run(), {
      name: "Failure",
      message:
        "GitRepository https://git.example/fleet (refs/heads/main) cannot be fetched: AuthenticationFailed: no such secret",
      next: "kubectl -n flux-system describe secret flux-system",
    });
    assert.deepEqual(server.all(GitRepository), []);
  });

  it("fails with a branch that does not exist, and says how to look", async () => {
    answer(failing("GitOperationFailed", "couldn't find remote ref refs/heads/main"));
    await assert.rejects(run(), { next: "git ls-remote https://git.example/fleet" });
  });

  it("prints the last state and removes the probe when nothing answers in time", async () => {
    await assert.rejects(
      run(1_500),
      /not reached after 1\.5s: not seen by source-controller yet\. Next: kubectl/,
    );
    assert.deepEqual(server.all(GitRepository), []);
  });

  it("removes the probe when it is cancelled", async () => {
    const cancelled = new AbortController();
    server.react(({ kind }, event) => {
      if (kind === "GitRepository" && event === "ADDED") cancelled.abort();
    });
    await assert.rejects(run(10_000, cancelled.signal), /was cancelled/);
    assert.deepEqual(server.all(GitRepository), []);
  });

  it("does not believe the probe of an interrupted run", async () => {
    server.put(GitRepository, { metadata: { name: probe.name, namespace }, status: fetched });
    await assert.rejects(run(1_500), /not seen by source-controller yet/);
  });
});

describe("probeObject", () => {
  const table: [Parameters<typeof probeObject>[0], object][] = [
    [
      source,
      {
        interval: "1m",
        url: source.url,
        ref: { name: source.ref },
        secretRef: { name: "flux-system" },
      },
    ],
    [
      {
        kind: "OCIRepository",
        url: "oci://r.example/fleet",
        ref: "latest",
        provider: "aws",
        insecure: true,
      },
      {
        interval: "1m",
        url: "oci://r.example/fleet",
        ref: { tag: "latest" },
        provider: "aws",
        insecure: true,
      },
    ],
    [
      { kind: "Bucket", url: "s3.example", ref: "fleet", interval: "5m" },
      { interval: "5m", endpoint: "s3.example", bucketName: "fleet" },
    ],
  ];
  for (const [given, spec] of table) {
    it(`writes a ${given.kind} as flux-operator does`, () => {
      assert.deepEqual(probeObject(given, namespace).spec, spec);
    });
  }
});

describe("parseSource", () => {
  const table: [unknown, RegExp][] = [
    ["text", /^be a source/],
    [{ kind: "GitRepository", url: "u" }, /"ref"/],
    [{ kind: "HelmRepository", url: "u", ref: "r" }, /"kind"/],
    [{ kind: "Bucket", url: "u", ref: "r", insecure: "yes" }, /"insecure"/],
    [{ kind: "Bucket", url: "u", ref: "r", passwort: "planted-secret" }, /passwort/],
  ];
  for (const [document, rule] of table) {
    it(`refuses ${JSON.stringify(document)}`, () => {
      assert.throws(
        () => parseSource(document),
        ({ message }: Error) => rule.test(message) && !message.includes("planted-secret"),
      );
    });
  }
});
