import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { InputError } from "../../../../scripts/lib/environment.ts";
import { Failure } from "../../../../scripts/lib/failure.ts";
import type { AuditedRequest } from "../../../../scripts/lib/role/audited-request.ts";
import { makeRole } from "../../../../scripts/lib/role/make-role.ts";
import { parseManifest } from "../../../../scripts/lib/role/manifest.ts";
import { request } from "../../support/audit.ts";

let directory: string;

before(() => {
  directory = mkdtempSync(join(tmpdir(), "flux-bootstrap-role-"));
});

after(() => {
  rmSync(directory, { recursive: true, force: true });
});

function logOf(name: string, requests: readonly AuditedRequest[]): string {
  const file = join(directory, name);
  writeFileSync(file, requests.map((one) => `${JSON.stringify(one)}\n`).join(""));
  return file;
}

const pods = { resource: "pods" };

describe("making a role from audit logs", () => {
  it("takes the requests of one user from all of them", async () => {
    const first = logOf("first", [request("list", pods), request("delete", pods, { user: "bob" })]);
    const second = logOf("second", [request("watch", pods)]);
    const words = ["flux-bootstrap-preview", "--user", "ann", first, second];
    const { manifest, refused } = await makeRole(words);
    assert.deepEqual(parseManifest(manifest), [
      {
        name: "flux-bootstrap-preview",
        cluster: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] }],
        namespaced: {},
      },
    ]);
    assert.match(manifest, /^# Made from the audit log by: node scripts\/role\.ts flux-bootstrap-/);
    assert.deepEqual(refused, []);
  });

  it("grants what was refused, and says so", async () => {
    const secrets = { resource: "secrets", namespace: "shop", name: "key" };
    const log = logOf("refused", [request("get", secrets, { code: 403 })]);
    const { manifest, refused } = await makeRole(["flux-bootstrap-preview", "--user", "ann", log]);
    assert.match(manifest, /resources: \[secrets\]/);
    assert.deepEqual(refused, ["get secrets key in shop"]);
  });

  it("names everything that is wrong with its arguments", async () => {
    const usage = "Use: node scripts/role.ts ROLE --user NAME AUDIT-LOG...";
    await assert.rejects(makeRole(["flux-bootstrap"]), (error) => {
      assert.ok(error instanceof InputError);
      assert.deepEqual(error.problems, [
        "ROLE must be one of flux-bootstrap-up, flux-bootstrap-preview, flux-bootstrap-destroy, " +
          `flux-bootstrap-operate, got "flux-bootstrap". ${usage}`,
        `--user must be given, got nothing. ${usage}`,
        `AUDIT-LOG must be given, got nothing. ${usage}`,
      ]);
      return true;
    });
  });

  it("takes no other option", async () => {
    await assert.rejects(makeRole(["flux-bootstrap-up", "--nobody"]), (error) => {
      assert.ok(error instanceof InputError);
      assert.deepEqual(error.problems, [
        "the arguments must be as in the usage, got: Unknown option '--nobody'. " +
          "Use: node scripts/role.ts ROLE --user NAME AUDIT-LOG...",
      ]);
      return true;
    });
  });

  it("says how to see the users of a log that does not hold the one", async () => {
    const log = logOf("other", [request("list", pods, { user: "bob" })]);
    await assert.rejects(makeRole(["flux-bootstrap-up", "--user", "ann", log]), (error) => {
      assert.ok(error instanceof Failure);
      assert.equal(error.message, 'the audit log must hold requests of "ann", got none');
      assert.equal(error.next, `grep -o '"username":"[^"]*"' ${log} | sort | uniq -c`);
      return true;
    });
  });

  it("names the line that is no JSON", async () => {
    const log = logOf("broken", [request("list", pods)]);
    writeFileSync(log, '{"verb":"get"}\nno json\n');
    await assert.rejects(makeRole(["flux-bootstrap-up", "--user", "ann", log]), {
      message:
        "line 2 of the audit log must be one JSON document, got something else. " +
        "Give the file that --audit-log-path of the API server names, in the format json.",
    });
  });
});
