import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";

import { Cluster } from "../../../../scripts/lib/cluster.ts";
import { FleetWatch } from "../../../../scripts/lib/fleet/fleet-watch.ts";
import { Recorder } from "../../../../scripts/lib/fleet/recorder.ts";
import { GitRepository, HelmRelease, Kustomization, Pod } from "../../../../scripts/lib/kinds.ts";
import { Redactor } from "../../../../scripts/lib/redact.ts";
import type { Findings } from "../../../../scripts/lib/report/findings.ts";
import { FakeApiServer } from "../../../support/api-server.ts";
import { run } from "./support/fleet.ts";
import { apps, fleetScene, notReady, type Scene, source } from "./support/scene.ts";

const unfetched = (message: string) => notReady("GitOperationFailed", message);

/** The scene with a source that cannot be fetched, as `kubectl get -A -o json` prints it. */
async function dumpOf({ server }: Scene): Promise<string> {
  server.merge(source, { status: unfetched("no such host") });
  server.merge(apps, { status: notReady("ArtifactFailed", "Source artifact not found") });
  const items = [GitRepository, Kustomization, HelmRelease].flatMap((kind) => server.all(kind));
  return Promise.resolve(JSON.stringify({ apiVersion: "v1", kind: "List", items }));
}

describe("fleet doctor", { timeout: 60_000, concurrency: true }, () => {
  it("finds nothing wrong in a healthy fleet, ends with 0 and writes nothing", async (test) => {
    const { server, fleet } = await fleetScene(test);
    const { code, stdout } = await fleet(["doctor"]);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^\d+ of \d+ objects are well; nothing is wrong/);
    assert.deepEqual(server.writes, []);
  });

  it("names the one thing to blame, what suffers, and what to run on that cluster", async (test) => {
    const { server, fleet } = await fleetScene(test);
    server.merge(source, { status: unfetched("no such host") });
    for (const name of ["apps", "flux-system"]) {
      server.merge({ ...apps, name }, { status: notReady("ArtifactFailed", "no artifact") });
    }
    const { code, stdout } = await fleet(["doctor", "--context", "fake"]);
    assert.equal(code, 1);
    assert.match(stdout, /1 thing is wrong/);
    assert.match(stdout, /failing: GitRepository\/flux-system\/flux-system\n +.*no such host/);
    assert.match(stdout, /holds up 2: Kustomization/);
    assert.match(stdout, /Next: .*--context fake/);
  });

  it("adds the fields that decided", async (test) => {
    const { server, fleet } = await fleetScene(test);
    server.merge(source, { status: unfetched("no such host") });
    const decided = /by status\.conditions\[Ready\]/;
    assert.doesNotMatch((await fleet(["doctor"])).stdout, decided);
    assert.match((await fleet(["doctor", "--evidence"])).stdout, decided);
  });

  it("writes JSON and Markdown", async (test) => {
    const { server, fleet } = await fleetScene(test);
    server.merge(source, { status: unfetched("a|b") });
    const { causes } = JSON.parse((await fleet(["doctor", "-o", "json"])).stdout) as Findings;
    assert.deepEqual(causes[0]?.objects, ["GitRepository/flux-system/flux-system"]);
    assert.match((await fleet(["doctor", "-o", "markdown"])).stdout, /a\\\|b/);
  });

  it("quotes the last log lines of a pod that crashes, without secrets", async (test) => {
    const { server, fleet } = await fleetScene(test);
    const terminated = { exitCode: 1, reason: "Error" };
    server.put(Pod, {
      metadata: { name: "cart-1", namespace: "shop", creationTimestamp: "2026-01-01T00:00:00Z" },
      spec: { nodeName: "node-1", containers: [{ name: "app" }] },
      status: {
        phase: "Running",
        conditions: [
          { type: "PodScheduled", status: "True" },
          { type: "Ready", status: "False" },
        ],
        containerStatuses: [
          {
            name: "app",
            restartCount: 7,
            state: { waiting: { reason: "CrashLoopBackOff" } },
            lastState: { terminated },
          },
        ],
      },
    });
    server.logs.set("cart-1", ["password=planted-password", "cannot bind port"]);
    const { stdout } = await fleet(["doctor", "--evidence"]);
    assert.match(stdout, /pod crash-loop: .*cart-1/);
    assert.match(stdout, /cannot bind port/);
    assert.doesNotMatch(stdout, /planted-password/);
  });

  it("does not call it well when it may not list what matters", async (test) => {
    const { server, fleet } = await fleetScene(test);
    server.faults.forbid("list", Kustomization);
    const { code, stdout } = await fleet(["doctor"]);
    assert.equal(code, 1);
    assert.match(stdout, /not seen: .*[Kk]ustomization/);
  });
});

describe("fleet doctor without a cluster", { timeout: 60_000, concurrency: true }, () => {
  const nowhere = { variables: { HOME: "/nowhere" } };

  it("reads a dump from a file or stdin, with no kubeconfig there", async (test) => {
    const scene = await fleetScene(test);
    const dump = await dumpOf(scene);
    const file = join(scene.directory, "dump.json");
    await writeFile(file, dump);
    const fromFile = await run(["doctor", "--dump", file], nowhere);
    assert.equal(fromFile.code, 1, fromFile.stderr);
    assert.match(fromFile.stdout, /GitRepository\/flux-system\/flux-system/);
    assert.equal(
      (await run(["doctor", "--dump", "-"], { ...nowhere, input: dump })).stdout,
      fromFile.stdout,
    );
  });

  it("takes what is whole of a dump that is cut in half, and says so", async (test) => {
    const dump = await dumpOf(await fleetScene(test));
    const input = dump.slice(0, Math.floor(dump.length * 0.7));
    const { code, stdout } = await run(["doctor", "--dump", "-"], { ...nowhere, input });
    assert.equal(code, 1);
    assert.match(stdout, /GitRepository\/flux-system\/flux-system/);
    assert.match(stdout, /the dump is cut/);
  });

  const wrong: readonly (readonly [readonly string[], string, RegExp])[] = [
    [["--dump", "/nowhere/dump.json"], "", /--dump must be a file that can be read, got \/nowhere/],
    [["--dump", "-"], "nonsense", /the dump must hold at least one whole Kubernetes object/],
    [["--replay", "/nowhere/recording"], "", /recording/],
  ];
  for (const [argv, input, expected] of wrong) {
    it(`ends with 2 for ${argv.join(" ")}`, async () => {
      const { code, stdout, stderr } = await run(["doctor", ...argv], { ...nowhere, input });
      assert.deepEqual([code, stdout], [2, ""], stderr);
      assert.match(stderr, expected);
    });
  }

  it("classifies any moment of a recording", async (test) => {
    const { server, directory } = await fleetScene(test);
    const path = join(directory, "recording.jsonl");
    const cluster = new Cluster(server.kubeconfig(), "test");
    const done = new AbortController();
    const recorder = new Recorder(path, {
      clusterUid: FakeApiServer.uid,
      fluxNamespace: "flux-system",
      redactor: new Redactor(),
      now: () => cluster.now(),
    });
    const watch = new FleetWatch(cluster, { fluxNamespace: "flux-system", recorder });
    await new Promise<void>((resolve) => {
      let broken = false;
      watch.start(done.signal, () => {
        if (!watch.listed) return;
        if (!broken) server.merge(source, { status: unfetched("no such host") });
        broken = true;
        const seen = JSON.stringify(watch.get("GitRepository/flux-system/flux-system"));
        if (seen.includes("no such host")) resolve();
      });
    });
    done.abort();
    recorder.close();
    assert.equal((await run(["doctor", "--replay", path], nowhere)).code, 1);
    const late = await run(["doctor", "--replay", path, "--at", "59:59"], nowhere);
    assert.equal(late.code, 2);
    assert.match(late.stderr, /59:59/);
  });

  it("shows the server of no other cluster, and needs no cluster UID", async (test) => {
    const input = await dumpOf(await fleetScene(test));
    const argv = ["doctor", "--dump", "-", "--cluster-uid", "x", "--kubeconfig", "/nowhere"];
    assert.equal((await run(argv, { ...nowhere, input })).code, 1);
  });
});
