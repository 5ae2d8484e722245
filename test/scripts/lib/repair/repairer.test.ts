import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";

import { Cluster } from "../../../../scripts/lib/cluster.ts";
import { HelmRelease } from "../../../../scripts/lib/kinds.ts";
import type { StateId } from "../../../../scripts/lib/classify/states.ts";
import { Repairer, type RepairerOptions } from "../../../../scripts/lib/repair/repairer.ts";
import type { FakeApiServer } from "../../../support/api-server.ts";
import { fakeApiServer } from "../../support/fake.ts";
import { recordingLog } from "../../support/flux.ts";
import { diagnosisOf, snapshotOf, verdictOf } from "./support/diagnosis.ts";
import { apps, heals, patchedNames, putRelease, runRequests } from "./support/fleet.ts";

interface Scene {
  readonly server: FakeApiServer;
  readonly repairer: Repairer;
  readonly lines: readonly string[];
  readonly cancel: () => void;
  /** Tells the repairer that the releases are in that state, as a watch would. */
  readonly show: (state: StateId, names?: readonly string[]) => void;
  /** Resolves when the condition holds; looked at whenever the repairer says that something changed. */
  readonly until: (condition: () => boolean) => Promise<void>;
}

async function scene(t: TestContext, limits: RepairerOptions["limits"] = {}): Promise<Scene> {
  const server = await fakeApiServer(t);
  putRelease(server, "web");
  const { log, lines } = recordingLog();
  const stop = new AbortController();
  t.after(() => {
    stop.abort();
  });
  let changed = () => undefined as unknown;
  const options = { limits: { handledWithinMilliseconds: 200, settleMilliseconds: 50, ...limits } };
  const cluster = new Cluster(server.kubeconfig(), "repair");
  await cluster.uid();
  const repairer = new Repairer(cluster, options, {
    log,
    signal: stop.signal,
    changed: () => {
      changed();
    },
  });
  return {
    server,
    repairer,
    lines,
    cancel: () => {
      stop.abort();
    },
    show: (state, names = ["web"]) => {
      const verdicts = names.map((name) => {
        const object = server.get({ resource: HelmRelease, name, namespace: apps });
        return { ...verdictOf(name, state), ...(object && { object }) };
      });
      const diagnosis = diagnosisOf(verdicts, cluster.now());
      repairer.consider(diagnosis, snapshotOf(verdicts.map(({ object }) => object)));
    },
    until: async (condition) =>
      new Promise((resolve) => {
        changed = () => {
          if (condition()) resolve();
        };
        changed();
      }),
  };
}

describe("Repairer", { timeout: 30_000 }, () => {
  it("writes once for a state that it is shown again and again", async (t) => {
    const { server, repairer, show, until } = await scene(t);
    for (let times = 0; times < 5; times += 1) show("H10");
    assert.equal(repairer.idle, false);
    await until(() => repairer.records.length === 1);
    for (let times = 0; times < 5; times += 1) show("H10");
    assert.deepEqual(patchedNames(server), ["web"]);
  });

  it("finds a handled token that the watch never told of", async (t) => {
    const { server, repairer, show, until } = await scene(t);
    runRequests(server, heals);
    show("H10");
    await until(() => repairer.records[0]?.outcome === "handled");
    assert.match(repairer.records[0]?.text ?? "", /^handled within/);
  });

  it("calls a request unanswered when the API server knows no answer either", async (t) => {
    const { repairer, lines, show, until } = await scene(t);
    show("H10");
    await until(() => repairer.records[0]?.outcome === "unanswered");
    assert.match(lines.at(-1) ?? "", /^✗ HelmRelease\/apps\/web: unanswered: not handled within/);
  });

  it("does not take an outage for the silence of a controller", async (t) => {
    const { server, repairer, show, until } = await scene(t);
    show("H10");
    await until(() => repairer.records.length === 1);
    const over = server.faults.refuse(/^GET .*helmreleases/, { code: 500, reason: "Internal" });
    let looks = 0;
    server.heard = () => {
      looks += 1;
      if (looks === 4) over();
      if (looks !== 2) return;
      runRequests(server, heals);
      const reference = { resource: HelmRelease, name: "web", namespace: apps };
      server.merge(reference, { metadata: { labels: { controller: "awake" } } });
    };
    await until(() => repairer.records[0]?.outcome !== "asked");
    assert.equal(repairer.records[0]?.outcome, "handled");
  });

  it("keeps to eight writes at a time", async (t) => {
    const { server, repairer, show, until } = await scene(t, { handledWithinMilliseconds: 20_000 });
    const names = Array.from({ length: 30 }, (_, index) => `web-${index}`);
    for (const name of names) putRelease(server, name);
    let running = 0;
    let most = 0;
    server.heard = (request) => {
      if (!request.startsWith("PATCH")) return;
      running += 1;
      most = Math.max(most, running);
    };
    server.react((object, event) => {
      if (event === "MODIFIED" && object.kind === "HelmRelease") running -= 1;
    });
    show("H10", names);
    await until(() => repairer.records.length === names.length);
    assert.ok(most > 1 && most <= 8, `${most} at a time`);
  });

  it("writes nothing any more when it is cancelled", async (t) => {
    const { server, repairer, show, cancel } = await scene(t);
    cancel();
    show("H10");
    await repairer.settled();
    assert.deepEqual(server.writes, []);
    assert.equal(repairer.idle, true);
  });

  it("says what it asks for, why, and how that was verified", async (t) => {
    const { server, repairer, lines, show, until } = await scene(t);
    runRequests(server, heals);
    show("H10");
    await until(() => repairer.records[0]?.outcome === "handled");
    show("ok");
    assert.equal(repairer.records[0]?.outcome, "effective");
    assert.match(
      lines.join("\n"),
      /^► asking for a reset of the failure counters of HelmRelease\/apps\/web: out of retries\n✔ HelmRelease\/apps\/web: token handled, Ready \d\.\ds after the request$/,
    );
  });
});
