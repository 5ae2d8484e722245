import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { dirname } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

import { ConfigMap } from "../../../../scripts/lib/kinds.ts";
import type { ConfigMapObject } from "../../../../scripts/lib/restore/marker.ts";
import { namespace } from "../../support/flux.ts";
import {
  byFile,
  byNothing,
  scene,
  shell,
  step,
  switchboard,
  untilRemoved,
} from "./support/restore.ts";

const runner = fileURLToPath(new URL("./support/run-restore.ts", import.meta.url));
const recordReference = { resource: ConfigMap, name: "flux-restore-progress", namespace };

describe("a restore that did not finish", { timeout: 60_000 }, () => {
  it("removes the record that a run left behind after it wrote the marker", async (test) => {
    const at = await scene(test);
    await at.run(undefined);
    at.putRecord();
    await at.run(undefined);
    assert.equal(at.record, undefined);
  });

  it("leaves no marker and a record that names the reason when the data is not there", async (test) => {
    const at = await scene(test);
    at.putBackup();
    const { message, details } = await at.failed(byNothing);
    assert.match(
      message,
      /^backup nightly-7 was not restored: restore\.verify must .* got 2\. What /,
    );
    assert.match(details[0] ?? "", /^verify: cat: .*restored/);
    assert.equal(at.marker, undefined);
    const { state, reason } = at.record ?? {};
    assert.deepEqual(
      [state, reason],
      ["failed", "restore.verify must end with exit code 0, got 2"],
    );
  });

  it("does not run a failed restore again unless the driver can go on with it", async (test) => {
    const at = await scene(test);
    at.putBackup();
    await at.failed(byNothing);
    const writes = at.server.writes.length;
    const { message, details } = await at.failed(byFile);
    assert.match(
      message,
      /^the restore begun at .* did not finish: restore\.verify must .* It is not run again by itself\.$/,
    );
    assert.match(
      details.join("\n"),
      /backup nightly-7.*\n.*restore\.resume true\n.*delete configmap/,
    );
    assert.equal(at.server.writes.length, writes);
    assert.equal((await at.run({ ...byFile, resume: true })).state, "restored");
    assert.equal(at.record, undefined);
  });

  it("does not go on with another backup than it began with", async (test) => {
    const at = await scene(test);
    at.putRecord();
    at.putBackup(0, "nightly-8");
    const { message } = await at.failed({ ...byFile, resume: true });
    assert.match(message, /began with \(nightly-7\), got nightly-8/);
    assert.equal(at.marker, undefined);
  });

  it("does not release the layers over a half-done restore when its settings are removed", async (test) => {
    const at = await scene(test);
    at.putRecord();
    assert.match((await at.failed(undefined)).message, /did not finish/);
    assert.equal(at.marker, undefined);
  });

  it("is told from a running one after its process was killed, and gone on with when told to", async (test) => {
    const at = await scene(test);
    const { called } = await switchboard(test);
    at.putBackup();
    const hanging = JSON.stringify({ ...byFile, restore: step("hang") });
    const killed = spawn(process.execPath, [runner, hanging], {
      env: { ...process.env, RUN_KUBECONFIG: at.server.kubeconfig() },
      stdio: "ignore",
    });
    const { kubeconfig, gone } = await called();
    killed.kill("SIGKILL");
    await gone;
    await untilRemoved(dirname(kubeconfig), at.directory);
    assert.match((await at.failed({ ...byFile, resume: true })).message, /^a restore is running: /);

    const seenAt = new Date(Date.now() - 120_000).toISOString();
    at.server.merge(recordReference, { data: { seenAt } });
    const { message, details } = await at.failed(byFile);
    assert.match(
      message,
      /did not finish: it ended without a result\. It is not run again by itself\.$/,
    );
    assert.match(details[0] ?? "", /^known: driver command, backup nightly-7, taken at /);
    assert.equal(at.marker, undefined);
    assert.equal((await at.run({ ...byFile, resume: true })).state, "restored");
  });

  it("starts over when its record was deleted", async (test) => {
    const at = await scene(test);
    at.putBackup();
    at.putRecord();
    await at.failed(byFile);
    at.server.remove(recordReference);
    assert.equal((await at.run(byFile)).state, "restored");
  });

  it("keeps a second run from restoring at the same time", async (test) => {
    const at = await scene(test);
    const { called } = await switchboard(test);
    at.putBackup();
    const cancelled = new AbortController();
    const first = at.failed({ ...byFile, restore: step("hang") }, { signal: cancelled.signal });
    await called();
    const writes = at.server.writes.length;
    assert.match(
      (await at.failed(byFile)).message,
      /^a restore is running: .* Nothing was touched\.$/,
    );
    assert.equal(at.server.writes.length, writes);
    cancelled.abort();
    await first;
  });

  it("shows a sign of life while it runs, and ends when its record is taken away", async (test) => {
    const at = await scene(test);
    at.putBackup();
    const signs = new Set<string>();
    at.server.react(({ metadata, ...object }, event) => {
      if (metadata.name !== "flux-restore-progress" || event !== "MODIFIED") return;
      signs.add((object as ConfigMapObject).data?.["seenAt"] ?? "");
      if (signs.size > 1) at.server.remove(recordReference);
    });
    const restore = shell("exec sleep 60");
    const { message } = await at.failed({ ...byFile, restore }, { signMilliseconds: 20 });
    assert.match(message, /: ConfigMap flux-restore-progress was removed or taken over while /);
    assert.deepEqual([at.marker, at.record], [undefined, undefined]);
  });
});
