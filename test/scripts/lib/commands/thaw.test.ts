import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { ConfigMap } from "../../../../scripts/lib/kinds.ts";
import { dependsOnOf, leaveFrozen } from "../../support/frozen.ts";
import { fleetScene } from "./support/scene.ts";

const held = [{ name: "flux-bootstrap-drain" }];

describe("what an interrupted drain stopped", { timeout: 60_000, concurrency: true }, () => {
  for (const command of ["status", "doctor"]) {
    it(`is the first thing that ${command} says, and nothing that it changes`, async (t) => {
      const { server, fleet } = await fleetScene(t);
      await leaveFrozen(server);
      const { stdout } = await fleet([command]);
      const [first, second] = stdout.split("\n");
      assert.equal(
        first,
        "a drain was interrupted, and what it stopped applies nothing: by host/1/ann_x since 2026-01-31T08:00:00.000Z",
      );
      assert.match(second ?? "", /^Destroy again to finish it, or: npm run fleet -- thaw/);
      assert.deepEqual([server.writes, dependsOnOf(server)], [[], held]);
    });

    it(`is data of ${command} too, which tells a drain that still works`, async (t) => {
      const { server, fleet } = await fleetScene(t);
      await leaveFrozen(server, true);
      const { stdout } = await fleet([command, "--output", "json"]);
      const { frozen } = JSON.parse(stdout) as { frozen?: unknown };
      assert.deepEqual(frozen, {
        by: "host/1/ann_x",
        since: "2026-01-31T08:00:00.000Z",
        live: true,
      });
    });
  }

  it("is nothing that status speaks of where there is none, or nobody may look", async (t) => {
    const { server, fleet } = await fleetScene(t);
    assert.doesNotMatch((await fleet(["status"])).stdout, /drain/);
    await leaveFrozen(server);
    server.faults.forbid("get", ConfigMap);
    const { code, stdout } = await fleet(["status"]);
    assert.equal(code, 0);
    assert.doesNotMatch(stdout, /a drain/);
  });

  it("is put back by thaw, after a question", async (t) => {
    const { server, fleet } = await fleetScene(t);
    await leaveFrozen(server);
    const no = await fleet(["thaw"], { answer: "n" });
    assert.deepEqual([no.code, server.writes, dependsOnOf(server)], [1, [], held]);
    const yes = await fleet(["thaw"], { answer: "y" });
    assert.equal(yes.code, 0, yes.stderr);
    assert.match(yes.stdout, /^thawed what a drain stopped by host\/1\/ann_x since /);
    assert.equal(dependsOnOf(server), undefined);
    assert.match((await fleet(["thaw", "--yes"])).stdout, /^nothing is frozen/);
  });

  it("is not put back under a drain that works", async (t) => {
    const { server, fleet } = await fleetScene(t);
    await leaveFrozen(server, true);
    const { code, stderr } = await fleet(["thaw", "--yes"]);
    assert.equal(code, 1);
    assert.match(stderr, /no other drain of this cluster .* got one by host\/1\/ann_x/);
    assert.deepEqual(dependsOnOf(server), held);
  });

  const writing = [
    ["repair", "--yes"],
    ["reconcile", "flux-system/apps", "--yes", "--timeout", "1s"],
  ];
  for (const argv of writing) {
    it(`is put back before ${argv[0] ?? ""} does anything, unless the drain works`, async (t) => {
      const { server, fleet } = await fleetScene(t);
      await leaveFrozen(server);
      const { stderr } = await fleet(argv);
      assert.match(stderr, /✔ thawed 2 objects/);
      assert.equal(dependsOnOf(server), undefined);
      await leaveFrozen(server, true);
      const refused = await fleet(argv);
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, /no other drain of this cluster/);
      assert.deepEqual(dependsOnOf(server), held);
    });
  }

  it("stays where repair only says what it would do", async (t) => {
    const { server, fleet } = await fleetScene(t);
    await leaveFrozen(server);
    await fleet(["repair", "--dry-run"]);
    assert.deepEqual([server.writes, dependsOnOf(server)], [[], held]);
  });
});
