import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";

import { callerProblem, kubeloginProblem } from "../../../../components/cluster/aks/caller.ts";

const directory = mkdtempSync(join(tmpdir(), "flux-bootstrap-kubelogin-"));
after(() => {
  rmSync(directory, { recursive: true, force: true });
});

const me = "AAAAAAAA-0000-0000-0000-000000000000";
const other = "bbbbbbbb-0000-0000-0000-000000000000";
const nobody = { groups: [], servicePrincipals: [], users: [] };

describe("who makes a cluster in Azure", () => {
  const admitted = [
    ["a service principal that is listed", { ...nobody, servicePrincipals: [me.toLowerCase()] }],
    ["a user who is listed", { ...nobody, users: [other, me] }],
    ["anybody, where a group is listed: Entra knows its members", { ...nobody, groups: [other] }],
  ] as const;
  for (const [who, admins] of admitted) {
    it(`may be ${who}`, () => {
      assert.equal(callerProblem(me, admins), undefined);
    });
  }

  it("may not be one who could not log in to it afterwards", () => {
    assert.equal(
      callerProblem(me, { ...nobody, users: [other] }),
      `cluster.aks.admins must hold the identity that runs this (${me}) or a group of it, got "${other}". ` +
        "Add it to cluster.aks.admins.servicePrincipals, or .users, in the stack's configuration file.",
    );
  });

  it("has kubelogin on the PATH", () => {
    assert.equal(
      kubeloginProblem({ PATH: directory }),
      "kubelogin must be on the PATH, got none. Install it: https://azure.github.io/kubelogin/install.html",
    );
    const file = join(directory, "kubelogin");
    writeFileSync(file, "#!/bin/sh\n");
    chmodSync(file, 0o755);
    assert.equal(kubeloginProblem({ PATH: directory }), undefined);
  });
});
