import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, before, describe, it } from "node:test";

import { operatorCrds } from "../../../components/flux/api.ts";
import { fluxNamespace, stackLabel, stackLabelValue } from "../../../components/names.ts";
import { CustomResourceDefinition } from "../../../scripts/lib/kinds.ts";
import { type AuditedRequest, refused } from "../../../scripts/lib/role/audited-request.ts";
import { difference } from "../../../scripts/lib/role/difference.ts";
import { generateRole } from "../../../scripts/lib/role/generate.ts";
import { roles } from "../../../scripts/lib/role/roles.ts";
import { census, leftByDestroy } from "../../support/destroy/census.ts";
import { addressHolders, volumeDirectories } from "../../support/destroy/cloud.ts";
import { stateOf } from "../../support/destroy/nothing-left.ts";
import { removeWhole } from "../../support/destroy/until-gone.ts";
import { type CommandResult, Embedded } from "../../support/embedded.ts";
import { Accounts } from "../../support/role/accounts.ts";
import { committedRole, committedRoles, writeRoles } from "../../support/role/committed.ts";
import { changedChart, refusal, serveFleet } from "../../support/role/fleet.ts";
import { grant, grantAll, prepareNamespace, revoke, without } from "../../support/role/grants.ts";
import { writesOf } from "../../support/role/writes.ts";
import { type Settings, withSettings } from "../../support/stack-file.ts";

/** Makes the roles anew from runs that may do everything, instead of holding runs to the roles that there are. */
const recording = process.env["UPDATE_DOCS"] === "1";
const up = "flux-bootstrap-up";
const preview = "flux-bootstrap-preview";
const destroy = "flux-bootstrap-destroy";
const operate = "flux-bootstrap-operate";
const names = roles.map(({ name }) => name);

let embedded: Embedded;
let accounts: Accounts;
let settings: Settings;
/** Where the runs of this test begin in the audit log. */
let started = 0;

const requestsOf = (name: string): AuditedRequest[] => {
  const username = accounts.username(name);
  const all = embedded.audit() as AuditedRequest[];
  return all.slice(started).filter(({ user }) => user.username === username);
};

/** Runs a command as the account of a role. */
const as = (name: string, ...command: [string, ...string[]]): Promise<CommandResult> =>
  withSettings(embedded, settings, () => embedded.run(command, accounts.environment(name)));

const pulumi = (name: string, ...words: string[]) =>
  as(name, "pulumi", ...words, "--non-interactive", "--color", "never");

const grantAsWritten = async () => {
  const { cluster } = embedded;
  for (const name of names) {
    if (recording) await grantAll(cluster, accounts, name);
    else await grant(cluster, accounts, committedRole(name));
  }
};

before(async () => {
  embedded = await Embedded.start();
  const { code, output } = await embedded.destroy();
  assert.equal(code, 0, output);
  await revoke(embedded.cluster, names);
  // The chart makes them only where an earlier stack did not leave them behind.
  for (const name of operatorCrds) {
    await removeWhole(embedded.cluster, { resource: CustomResourceDefinition, name });
  }
  settings = await serveFleet(embedded);
  accounts = await Accounts.make(embedded, names);
  const project = { organization: "organization", project: "flux-bootstrap" };
  const label = stackLabelValue({ ...project, stack: embedded.name });
  await prepareNamespace(embedded.cluster, fluxNamespace, { [stackLabel]: label });
  await grantAsWritten();
  const fluxInstances = { group: "fluxcd.controlplane.io", resource: "fluxinstances" };
  for (const name of [up, preview, destroy]) {
    await accounts.answered(
      name,
      { verb: "get", ...fluxInstances, namespace: fluxNamespace },
      true,
    );
  }
  started = embedded.audit().length;
});

after(async () => {
  await revoke(embedded.cluster, names);
  for (const { resource, object } of refusal) {
    await embedded.cluster.delete({ resource, name: object.metadata.name });
  }
  rmSync(embedded.path("git", "rights.git"), { recursive: true, force: true });
  await accounts.remove();
});

describe("a preview with a role that only reads", () => {
  it("shows what the first up would make", async () => {
    const { code, output } = await pulumi(preview, "preview");
    assert.equal(code, 0, output);
    assert.match(output, /\d+ to create/);
  });
});

describe("an up with exactly its role", () => {
  it("is told which right is missing before anything is written", { skip: recording }, async () => {
    const question = { verb: "patch", group: "fluxcd.controlplane.io", resource: "fluxinstances" };
    const asked = { ...question, namespace: fluxNamespace };
    await grant(embedded.cluster, accounts, without(committedRole(up), "patch", "fluxinstances"));
    await accounts.answered(up, asked, false);
    const { code, output } = await pulumi(up, "up", "--yes", "--skip-preview");
    assert.notEqual(code, 0, output);
    assert.match(output, /patch fluxinstances/);
    assert.deepEqual(writesOf(requestsOf(up)), []);
    await grant(embedded.cluster, accounts, committedRole(up));
    await accounts.answered(up, asked, true);
  });

  it("installs Flux, and fails when a release of the fleet does", async () => {
    for (const { resource, object } of refusal) await embedded.cluster.apply(resource, object);
    const { code, output } = await pulumi(up, "up", "--yes", "--skip-preview");
    assert.notEqual(code, 0, output);
    assert.match(output, /HelmRelease\/shop\/app/);
    assert.deepEqual(refused(requestsOf(up)), []);
  });

  it("repairs that release when it can go on, and upgrades what is configured", async () => {
    for (const { resource, object } of refusal) {
      await embedded.cluster.delete({ resource, name: object.metadata.name });
    }
    settings = {
      ...settings,
      operator: { chart: changedChart(embedded) },
      runtimeInfo: { CHANGED: "again" },
      sync: { ...(settings["sync"] as object), interval: "2m" },
      expiresAt: "2030-01-31T12:00:00Z",
    };
    const { code, output } = await pulumi(up, "up", "--yes", "--skip-preview");
    assert.equal(code, 0, output);
  });

  it("changes nothing the second time", async () => {
    const before = requestsOf(up).length;
    const { code, output } = await pulumi(up, "up", "--yes", "--skip-preview", "--refresh");
    assert.equal(code, 0, output);
    assert.match(output, /\d+ unchanged/);
    assert.deepEqual(writesOf(requestsOf(up).slice(before)), []);
  });
});

describe("a later preview with a role that only reads", () => {
  it("finds nothing to change", async () => {
    const { code, output } = await pulumi(preview, "preview");
    assert.equal(code, 0, output);
    assert.match(output, /\d+ unchanged/);
    assert.doesNotMatch(output, /to (create|update|delete|replace)/);
  });

  it("shows what would change", async () => {
    const plain = settings;
    settings = { ...plain, runtimeInfo: { CHANGED: "once more" }, flux: {} };
    const { code, output } = await pulumi(preview, "preview");
    settings = plain;
    assert.equal(code, 0, output);
    assert.match(output, /\d+ to update/);
    assert.deepEqual(writesOf(requestsOf(preview)), []);
  });
});

type Line = readonly [words: string, code?: number];

const runs = ([words, expected = 0]: Line) =>
  it(`runs ${words}`, async () => {
    const command = ["node", "scripts/fleet.ts", ...words.split(" ")] as const;
    const { code, output } = await embedded.run(command, accounts.environment(operate));
    assert.equal(code, expected, output);
  });

describe("the commands with their role that read", { concurrency: 2 }, () => {
  const lines: readonly Line[] = [
    ["status"],
    ["status hr/shop/app"],
    ["doctor"],
    ["logs"],
    ["history shop/app"],
    ["dr", 1], // It finds nothing to restore from.
  ];
  for (const line of lines) void runs(line);
});

describe("the commands with their role that write", () => {
  const lines: readonly Line[] = [
    ["reconcile hr/shop/app --yes"],
    ["suspend hr/shop/app --reason maintenance --yes"],
    ["resume hr/shop/app --yes"],
    ["repair --yes"],
  ];
  for (const line of lines) void runs(line);
});

describe("a destroy with exactly its role", () => {
  it("shows its plan", async () => {
    const { code, output } = await as(destroy, "node", "scripts/fleet.ts", "destroy-plan");
    assert.equal(code, 0, output);
  });

  it("is told which right is missing before anything is drained", { skip: recording }, async () => {
    const asked = { verb: "delete", group: "helm.toolkit.fluxcd.io", resource: "helmreleases" };
    await grant(
      embedded.cluster,
      accounts,
      without(committedRole(destroy), "delete", "helmreleases"),
    );
    await accounts.answered(destroy, asked, false);
    const { code, output } = await pulumi(destroy, "destroy", "--yes", "--skip-preview");
    assert.notEqual(code, 0, output);
    assert.match(output, /missing: delete helmreleases\.helm\.toolkit\.fluxcd\.io/);
    const flux = writesOf(requestsOf(destroy)).filter(({ objectRef }) =>
      (objectRef?.apiGroup ?? "").endsWith(".toolkit.fluxcd.io"),
    );
    assert.deepEqual(flux, []);
    await grant(embedded.cluster, accounts, committedRole(destroy));
    await accounts.answered(destroy, asked, true);
  });

  it("leaves nothing", async () => {
    const { code, output } = await pulumi(destroy, "destroy", "--yes", "--skip-preview");
    assert.equal(code, 0, output);
    assert.deepEqual(await stateOf(embedded), []);
    // The accounts, and what they may do, stand until the end of this test.
    const left = (await census(embedded.cluster)).filter(
      (name) => !name.includes("flux-bootstrap"),
    );
    assert.deepEqual(left, leftByDestroy);
    assert.deepEqual([addressHolders(embedded), volumeDirectories(embedded)], [[], []]);
  });
});

describe("the roles", () => {
  it("let the runs do all that they asked for", { skip: recording }, () => {
    // What was taken away on purpose was asked about, and not tried.
    assert.deepEqual(
      names.map((name) => refused(requestsOf(name))),
      names.map(() => []),
    );
  });

  it("are what the audit log of these runs makes of them", () => {
    const made = roles.map((role) => generateRole(requestsOf(role.name), role));
    if (recording) writeRoles(made);
    assert.deepEqual(difference(committedRoles(), made), []);
  });
});
