import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";

import { Failure } from "../../../../scripts/lib/failure.ts";
import { Pod } from "../../../../scripts/lib/kinds.ts";
import { Fixing, looping, ready } from "./support/fixing.ts";

describe("fixPods, for safety,", { timeout: 20_000 }, () => {
  let fixing: Fixing;

  beforeEach(async () => {
    fixing = await Fixing.start();
  });
  afterEach(async () => {
    await fixing.server.stop();
  });

  it("leaves alone what has changed since it was examined", async () => {
    const changes: Readonly<Record<string, () => void>> = {
      gone: () => {
        fixing.server.remove({ resource: Pod, name: "web-5d9f-old", namespace: "shop" });
      },
      recovered: () => {
        fixing.merge("web-5d9f-old", ready);
      },
    };
    for (const [outcome, change] of Object.entries(changes)) {
      fixing.put("web-5d9f-old", looping());
      const seen = fixing.snapshot();
      change();
      const { records } = await fixing.fix({}, seen);
      assert.equal(records[0]?.outcome, outcome);
      assert.deepEqual(fixing.deletions, []);
    }
  });

  it("never deletes another pod that took the name meanwhile", async () => {
    const seen = fixing.snapshot();
    fixing.server.heard = (request) => {
      if (!request.startsWith("DELETE")) return;
      fixing.server.heard = () => undefined;
      fixing.put("web-5d9f-old", ready, { uid: "another" });
    };
    const { records } = await fixing.fix({}, seen);
    assert.equal(records[0]?.outcome, "gone");
    assert.equal(fixing.server.all(Pod).length, 1);
  });

  it("names the right that is missing before it writes anything", async () => {
    fixing.server.faults.forbid("delete", Pod);
    await assert.rejects(
      fixing.fix(),
      (error) =>
        error instanceof Failure && error.message.includes("delete pods in namespace shop"),
    );
    assert.deepEqual(fixing.deletions, []);
  });

  it("takes at most so many pods, and one of a workload", async () => {
    fixing.put("web-5d9f-other", { ...looping(), phase: "Failed", reason: "Evicted" });
    for (const name of ["a", "b", "c"]) {
      fixing.workload(name);
      fixing.put(`${name}-5d9f-old`, looping());
    }
    fixing.onDeleted(({ metadata }) => {
      fixing.put(metadata.name.replace("-old", "-new").replace("-other", "-new"), ready);
    });
    const { records, left } = await fixing.fix({ most: 3 });
    assert.equal(records.length, 3);
    assert.equal(fixing.deletions.length, 3);
    assert.equal(left.length, 2);
  });

  it("writes nothing in a dry run, and says what it would do", async () => {
    const { records } = await fixing.fix({ dryRun: true });
    assert.deepEqual(
      records.map(({ key, outcome }) => [key, outcome]),
      [["Pod/shop/web-5d9f-old", "planned"]],
    );
    assert.match(records[0]?.text ?? "", /would be deleted, so that Deployment\/shop\/web makes/);
    assert.deepEqual(fixing.server.writes, []);
  });

  it("writes nothing and asks for nothing when all is well, when it is off, or elsewhere", async () => {
    for (const options of [{ mode: "off" }, { namespaces: ["other"] }] as const) {
      const { records, left } = await fixing.fix(options);
      assert.deepEqual([records.length, left.length], [0, 1]);
    }
    fixing.put("web-5d9f-old", ready);
    assert.deepEqual(await fixing.fix(), { records: [], left: [] });
    assert.deepEqual(fixing.server.writes, []);
  });
});
