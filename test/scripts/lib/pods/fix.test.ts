import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";

import { Fixing, looping, ready, starting } from "./support/fixing.ts";

describe("fixPods", { timeout: 20_000 }, () => {
  let fixing: Fixing;

  beforeEach(async () => {
    fixing = await Fixing.start();
  });
  afterEach(async () => {
    await fixing.server.stop();
  });

  it("deletes the pod and resolves when a new one of its workload is Ready", async () => {
    fixing.onDeleted(() => {
      fixing.put("web-5d9f-new", starting);
      fixing.put("other-5d9f-a", ready);
      setImmediate(() => {
        fixing.merge("web-5d9f-new", ready);
      });
    });
    const { records, left } = await fixing.fix();
    assert.deepEqual(
      records.map(({ key, outcome, replacement }) => [key, outcome, replacement]),
      [["Pod/shop/web-5d9f-old", "fixed", "Pod/shop/web-5d9f-new"]],
    );
    assert.deepEqual(left, []);
    assert.deepEqual(fixing.deletions, ["DELETE /api/v1/namespaces/shop/pods/web-5d9f-old"]);
    assert.match(
      fixing.lines[0] ?? "",
      /^► replacing Pod\/shop\/web-5d9f-old \(crash-loop for 20m00s\)$/,
    );
    assert.match(
      fixing.lines.at(-1) ?? "",
      /^✔ Pod\/shop\/web-5d9f-old: Pod\/shop\/web-5d9f-new took/,
    );
  });

  it("knows the new pod of a StatefulSet, which has the old one's name, by its UID", async () => {
    fixing.onDeleted(({ metadata }) => {
      if (metadata.uid === "new") return;
      fixing.put("web-5d9f-old", ready, { uid: "new" });
    });
    assert.equal((await fixing.fix()).records[0]?.outcome, "fixed");
  });

  it("takes no pod that was there before for the new one", async () => {
    fixing.put("web-5d9f-brother", ready);
    const { records } = await fixing.fix({ readyWithinMilliseconds: 300 });
    assert.equal(records[0]?.outcome, "not-fixed");
    assert.equal(records[0].text, "its workload has made no new pod");
  });

  it("does, for a pod that ended: its workload replaced it long ago", async () => {
    fixing.put("web-5d9f-old", { phase: "Failed", reason: "Evicted", message: "low on memory" });
    fixing.put("web-5d9f-brother", ready);
    const { records } = await fixing.fix();
    assert.deepEqual(
      [records[0]?.outcome, records[0]?.replacement],
      ["fixed", "Pod/shop/web-5d9f-brother"],
    );
  });

  it("gives up at once when the new pod is no better", async () => {
    fixing.onDeleted(() => {
      fixing.put("web-5d9f-new", looping(2));
    });
    const { records } = await fixing.fix();
    assert.equal(records[0]?.outcome, "not-fixed");
    assert.match(records[0].text, /web-5d9f-new is no better: exit code 1/);
    assert.match(fixing.lines.at(-1) ?? "", /^✗ Pod\/shop\/web-5d9f-old: its successor/);
  });

  it("forgives the new pod its first crash", async () => {
    fixing.onDeleted(() => {
      fixing.put("web-5d9f-new", looping(1));
      setImmediate(() => {
        fixing.merge("web-5d9f-new", ready);
      });
    });
    assert.equal((await fixing.fix()).records[0]?.outcome, "fixed");
  });

  it("says at the time-out what the new pod waits for", async () => {
    fixing.onDeleted(() => {
      fixing.put("web-5d9f-new", starting);
    });
    const { records } = await fixing.fix({ readyWithinMilliseconds: 300 });
    assert.deepEqual(
      [records[0]?.outcome, records[0]?.replacement],
      ["not-fixed", "Pod/shop/web-5d9f-new"],
    );
    assert.match(records[0]?.text ?? "", /node node-1 has not started it yet/);
  });

  it("does not count a pod that was Ready for a moment", async () => {
    fixing.onDeleted(() => {
      fixing.put("web-5d9f-new", ready);
      setImmediate(() => {
        fixing.merge("web-5d9f-new", { ...starting, conditions: [] });
      });
    });
    const patience = { steadyMilliseconds: 300, readyWithinMilliseconds: 600 };
    const { records } = await fixing.fix(patience);
    assert.equal(records[0]?.outcome, "not-fixed");
  });

  it("counts only a pod that stays Ready", async () => {
    fixing.onDeleted(() => {
      fixing.put("web-5d9f-new", ready);
      // Ready for a moment, as a container without a probe is until it crashes.
      setImmediate(() => {
        fixing.merge("web-5d9f-new", looping(2));
      });
    });
    const { records } = await fixing.fix({ steadyMilliseconds: 5_000 });
    assert.equal(records[0]?.outcome, "not-fixed");
  });

  it("says that a deletion was refused, and goes on with the others", async () => {
    fixing.server.faults.refuse(/^DELETE .*web-5d9f-old/, { code: 403, reason: "Forbidden" });
    fixing.workload("cart");
    fixing.put("cart-5d9f-old", looping());
    fixing.onDeleted(() => {
      fixing.put("cart-5d9f-new", ready);
    });
    const { records } = await fixing.fix();
    assert.deepEqual(records.map(({ key, outcome }) => [key, outcome]).sort(), [
      ["Pod/shop/cart-5d9f-old", "fixed"],
      ["Pod/shop/web-5d9f-old", "failed"],
    ]);
    assert.match(records.find(({ outcome }) => outcome === "failed")?.text ?? "", /403 Forbidden/);
  });

  it("goes on after the API server was away", async () => {
    fixing.onDeleted(() => {
      fixing.put("web-5d9f-new", starting);
      void fixing.server.down().then(async () => {
        fixing.merge("web-5d9f-new", ready);
        // The watch has to list anew.
        fixing.server.compact();
        await fixing.server.up();
      });
    });
    const { records } = await fixing.fix();
    assert.equal(records[0]?.outcome, "fixed");
    assert.equal(fixing.deletions.length, 1);
  });

  it("ends when it is cancelled, and says how far it came", async () => {
    fixing.onDeleted(() => {
      fixing.put("web-5d9f-new", starting);
    });
    fixing.server.react(({ metadata }) => {
      if (metadata.name === "web-5d9f-new") fixing.cancelled.abort();
    });
    const { records } = await fixing.fix();
    assert.equal(records[0]?.outcome, "not-fixed");
    assert.match(records[0].text, /was cancelled/);
  });
});
