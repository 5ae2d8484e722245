import assert from "node:assert/strict";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";

import { ConfigMap } from "../../../../scripts/lib/kinds.ts";
import { byFile, scene, shell, step, switchboard } from "./support/restore.ts";

describe("the command driver", { timeout: 60_000 }, () => {
  it("does not take a program that cannot look for a missing backup", async (test) => {
    const at = await scene(test);
    const find = shell("echo no such bucket >&2; exit 4");
    const { message, details } = await at.failed({ ...byFile, find });
    assert.equal(message, "restore.find must end with exit code 0, got 4");
    assert.deepEqual(details, ["find: no such bucket"]);
    assert.deepEqual(at.server.writes, []);
  });

  it("fails on a program that does not exist", async (test) => {
    const at = await scene(test);
    const { message } = await at.failed({ ...byFile, find: ["./no-such-program"] });
    assert.equal(message, "restore.find must end with exit code 0, got 127 (it cannot be run)");
  });

  it("shows no secret of what the programs print, and hands it on to them whole", async (test) => {
    const at = await scene(test);
    const id = "s3://user:planted-password@store/nightly";
    at.putBackup(1, id);
    const key = "-----BEGIN PRIVATE KEY-----\\nplanted-key\\n-----END PRIVATE KEY-----";
    const restore = [
      "sh",
      "-c",
      `printf '%b\\n' '${key}' >&2; echo "$RESTORE_BACKUP" > "$BACKUP.seen"`,
    ];
    const verify = [
      "sh",
      "-c",
      `echo token=planted-token; grep -q planted-password "$BACKUP.seen"`,
    ];
    const result = await at.run({ ...byFile, restore, verify });
    assert.equal(result.backup, "s3://[redacted]@store/nightly");
    const everything = JSON.stringify([result, at.lines, at.server.all(ConfigMap)]);
    assert.doesNotMatch(everything, /planted/);
    assert.ok(at.lines.includes("  restore: [redacted]"), at.lines.join("\n"));
  });

  it("does not show what find prints instead of its answer", async (test) => {
    const at = await scene(test);
    const find = shell('echo \'{"id": "planted-secret\'');
    const { message, details } = await at.failed({ ...byFile, find });
    assert.match(message, /^restore\.find must print \{"id"/);
    assert.doesNotMatch(JSON.stringify([message, details, at.lines]), /planted/);
  });

  it("does not wait for an answer without end", async (test) => {
    const at = await scene(test);
    const find = shell("exec cat /dev/zero");
    await assert.rejects(at.run({ ...byFile, find }), /at most 1 MiB, got more/);
  });

  it("gives the programs a private kubeconfig and none of its own variables", async (test) => {
    const at = await scene(test);
    at.putBackup();
    process.env["PULUMI_CONFIG_PASSPHRASE"] = "planted";
    test.after(() => delete process.env["PULUMI_CONFIG_PASSPHRASE"]);
    const { evidence } = await at.run({ ...byFile, verify: step("inspect") });
    assert.deepEqual(evidence, ["restore.verify ended with 0: 600 700 KUBECONFIG"]);
    const left = readdirSync(at.directory).filter((name) => name.startsWith("flux-bootstrap-"));
    assert.deepEqual(left, []);
  });

  it("ends everything that a program started when the run is cancelled", async (test) => {
    const at = await scene(test);
    const { called } = await switchboard(test);
    at.putBackup();
    const cancelled = new AbortController();
    const restore = shell(`"$0" "$@" & wait`).concat(step("cling"));
    const failing = at.failed({ ...byFile, restore }, { signal: cancelled.signal });
    const { kubeconfig, gone } = await called();
    cancelled.abort();
    const { message } = await failing;
    await gone;
    assert.equal(
      message,
      "backup nightly-7 was not restored: the restore was cancelled. What waits for ConfigMap flux-restore stays held.",
    );
    assert.equal(existsSync(kubeconfig), false);
    assert.equal(at.record?.["reason"], "the restore was cancelled");
  });

  it("ends a program that takes longer than a restore may", async (test) => {
    const at = await scene(test);
    const find = shell("exec sleep 60");
    const { message } = await at.failed({ ...byFile, find, timeout: "500ms" });
    assert.equal(message, "the restore must end within 0.5s (restore.timeout), and did not");
    assert.deepEqual(at.server.writes, []);
  });

  it("ends what a program left running behind it", async (test) => {
    const at = await scene(test);
    const { called } = await switchboard(test);
    at.putBackup();
    const quietly = `"$0" "$@" >/dev/null 2>&1 & while test ! -e "$BACKUP.called"; do sleep 0.05; done`;
    const restore = shell(quietly).concat(step("hang"));
    const running = at.run({ ...byFile, restore });
    await called().then(async ({ gone }) => {
      writeFileSync(`${at.backup}.called`, "");
      writeFileSync(`${at.backup}.restored`, "orders of today\n");
      await gone;
    });
    assert.equal((await running).state, "restored");
  });
});
