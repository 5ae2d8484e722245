import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { ConfigMap } from "../../../../scripts/lib/kinds.ts";
import { namespace } from "../../support/flux.ts";
import { byFile, scene, step } from "./support/restore.ts";

const markerReference = { resource: ConfigMap, name: "flux-restore", namespace };

describe("restoreOnce", { timeout: 60_000 }, () => {
  it("releases the layers at once when no restore is configured", async (test) => {
    const at = await scene(test);
    const { state, driver, ran } = await at.run(undefined);
    assert.deepEqual([state, driver, ran], ["none", "none", true]);
    assert.equal(at.marker?.["RESTORE_STATE"], "none");
    assert.deepEqual(at.server.get(markerReference)?.metadata.labels, {
      "reconcile.fluxcd.io/watch": "Enabled",
    });
  });

  it("restores, reads the data back and only then writes the marker", async (test) => {
    const at = await scene(test);
    at.putBackup();
    const seen: string[] = [];
    at.server.react(({ kind, metadata }, event) => {
      if (kind === "ConfigMap") seen.push(`${event} ${metadata.name}`);
    });
    const inCluster = { ...byFile, restore: step("restore"), verify: step("verify") };
    const result = await at.run(inCluster);
    assert.deepEqual(seen, [
      "ADDED flux-restore-progress",
      "ADDED data",
      "ADDED flux-restore",
      "DELETED flux-restore-progress",
    ]);
    assert.deepEqual(at.data("data", "shop"), { data: "orders of today" });
    assert.deepEqual(result.evidence, ["restore.verify ended with 0: read back orders of today"]);
    const { state, driver, backup, takenAt, ran } = result;
    assert.deepEqual([state, driver, backup, ran], ["restored", "command", "nightly-7", true]);
    assert.equal(at.marker?.["RESTORE_TAKEN_AT"], takenAt);
    assert.match(at.marker["RESTORE_DIGEST"] ?? "", /^[0-9a-f]{16}$/);
  });

  it("writes nothing when it is run again", async (test) => {
    const at = await scene(test);
    at.putBackup();
    await at.run(byFile);
    const writes = [...at.server.writes];
    const { state, ran } = await at.run(byFile);
    assert.deepEqual([state, ran], ["restored", false]);
    assert.deepEqual(at.server.writes, writes);
  });

  it("says in one line that other settings have no effect any more", async (test) => {
    const at = await scene(test);
    await at.run(undefined);
    const writes = at.server.writes.length;
    at.lines.length = 0;
    assert.equal((await at.run({ ...byFile, maxAge: "1h" })).state, "none");
    assert.match(
      at.lines.join("\n"),
      /^the restore settings are others than .* they have no effect/,
    );
    assert.deepEqual([at.lines.length, at.server.writes.length], [1, writes]);
  });

  it("takes the same settings in another order of keys for the same", async (test) => {
    const at = await scene(test);
    at.putBackup();
    await at.run(byFile);
    at.lines.length = 0;
    await at.run(Object.fromEntries(Object.entries(byFile).toReversed()));
    assert.deepEqual(at.lines, []);
  });

  it("deploys without data when there is no backup", async (test) => {
    const at = await scene(test);
    assert.equal((await at.run(byFile)).state, "missing");
    assert.deepEqual([at.marker?.["RESTORE_STATE"], at.record], ["missing", undefined]);
  });

  it("fails when there is no backup and there has to be one", async (test) => {
    const at = await scene(test);
    const { message } = await at.failed({ ...byFile, onMissing: "fail" });
    assert.match(message, /^a backup must exist \(restore\.onMissing\), got none/);
    assert.deepEqual(at.server.writes, []);
  });

  it("touches nothing when the backup is too old", async (test) => {
    const at = await scene(test);
    at.putBackup(49);
    const { message, next } = await at.failed(byFile);
    assert.match(message, /^backup nightly-7 must be at most 48h00m old .* got 49h00m: taken at /);
    assert.equal(next, "pulumi config set --path restore.onOld continue");
    assert.deepEqual(at.server.writes, []);
  });

  it("restores an old backup when that is accepted", async (test) => {
    const at = await scene(test);
    at.putBackup(49);
    assert.equal((await at.run({ ...byFile, onOld: "continue" })).state, "restored");
    assert.ok(at.lines.some((line) => /49h00m ago, more than 48h00m/.test(line)));
  });
});
