import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";

import { grantsIn } from "../../../../embedded/clouds/azure/roles.ts";
import { textOf } from "../../../../embedded/clouds/resource-type.ts";
import { defaultLogins } from "../../../../embedded/clouds/settings.ts";
import { type IssuedToken, tokensFile } from "../../../../embedded/clouds/tokens.ts";
import { writeAtomically } from "../../../../embedded/cluster/record.ts";
import type { Properties } from "../../../../embedded/plugin/properties.ts";
import {
  clusterAdmin,
  cloud,
  here,
  make,
  makeSubnet,
  subscription,
  types,
  uuid,
} from "../support/azure-scene.ts";
import { inStateHome } from "../support/test-cloud.ts";

describe("roles in Azure", () => {
  inStateHome();
  const cluster = `${subscription}/resourceGroups/rg-dev/providers/Microsoft.ContainerService/managedClusters/dev`;
  const { principal } = defaultLogins.azure;
  const assign = (inputs: Properties) =>
    make("assignment", {
      ...{ roleAssignmentName: uuid(1), principalId: principal, principalType: "User" },
      ...{ roleDefinitionId: clusterAdmin, scope: cluster },
      ...inputs,
    });

  it("are assigned once to a principal at a scope", async () => {
    await assign({});
    await assert.rejects(
      assign({ roleAssignmentName: uuid(2) }),
      /Status=409 Code="RoleAssignmentExists"/,
    );
    await assign({ roleAssignmentName: uuid(2), scope: subscription });
  });

  it("count for a cluster at its own scope and further out", async () => {
    assert.deepEqual(grantsIn(cloud.account, cluster), [{ principal, role: undefined }]);
    await assign({ scope: `${subscription}/resourceGroups/RG-DEV` });
    assert.deepEqual(grantsIn(cloud.account, cluster), [{ principal, role: "cluster-admin" }]);
    assert.deepEqual(grantsIn(cloud.account, `${cluster}x`), [
      { principal, role: "cluster-admin" },
    ]);
    assert.deepEqual(grantsIn(cloud.account, `${subscription}/resourceGroups/rg-dev2/x`), [
      { principal, role: undefined },
    ]);
  });

  it("count some time after the first login that comes after their assignment", async () => {
    cloud.set({ propagation: 60_000 });
    await assign({});
    const made = cloud.account.all(types.assignment)[0]?.made ?? 0;
    const grants = () => grantsIn(cloud.account, cluster);
    const refused = [{ principal, role: undefined }];
    assert.deepEqual(grants(), refused);
    const login = (at: number) => {
      const token: IssuedToken = { client: 1, at, until: at + 60_000 };
      writeAtomically(tokensFile("azure"), `${JSON.stringify(token)}\n`);
    };
    login(made - 1);
    cloud.set({ propagation: 1 });
    assert.deepEqual(grants(), refused);
    login(made);
    cloud.set({ propagation: 60_000 });
    assert.deepEqual(grants(), refused);
    cloud.set({ propagation: 0.001 });
    while (Date.now() === made) await setImmediate();
    assert.deepEqual(grants(), [{ principal, role: "cluster-admin" }]);
  });

  it("count for the groups of the one who is logged in, and for nobody else", async () => {
    await assign({ principalId: uuid(7) });
    assert.deepEqual(grantsIn(cloud.account, cluster), [{ principal, role: undefined }]);
    cloud.set({ login: { principal, groups: [uuid(7)] } });
    assert.deepEqual(grantsIn(cloud.account, cluster), [{ principal, role: "cluster-admin" }]);
  });

  it("are assigned to a new identity only when its type is named", async () => {
    await make("group", here);
    cloud.set({ propagation: 60_000 });
    const { state } = await make("identity", { ...here, resourceName: "id-new" });
    const principalId = textOf(state, "principalId");
    const untyped = { principalId, scope: cluster };
    await assert.rejects(
      make("assignment", {
        roleAssignmentName: uuid(1),
        roleDefinitionId: clusterAdmin,
        ...untyped,
      }),
      /Status=400 Code="PrincipalNotFound"/,
    );
    await assign({ principalId, principalType: "ServicePrincipal" });
  });
});

describe("what Azure keeps", () => {
  inStateHome();

  it("is nothing of a resource group that goes", async () => {
    await makeSubnet();
    await make("identity", { ...here, resourceName: "id-dev" });
    await cloud.removeWhole(types.group, `${subscription}/resourceGroups/rg-dev`);
    assert.deepEqual(cloud.account.all(), []);
  });

  it("is the diagnostic setting of a cluster that is gone", async () => {
    const uri = "/subscriptions/s/x/dev";
    await make("setting", { name: "a", resourceUri: uri, workspaceId: "w" });
    await assert.rejects(
      make("setting", { name: "b", resourceUri: uri, workspaceId: "w" }),
      /Status=409 Code="Conflict"/,
    );
  });

  it("is one credential for a subject of an issuer in each identity", async () => {
    await make("group", here);
    for (const resourceName of ["id-one", "id-two"])
      await make("identity", { ...here, resourceName });
    const credential = (resourceName: string, name: string) =>
      make("credential", {
        ...{ resourceGroupName: "rg-dev", resourceName, issuer: "https://i", subject: "s" },
        federatedIdentityCredentialResourceName: name,
      });
    await credential("id-one", "first");
    await assert.rejects(credential("id-one", "second"), /Issuer and subject combination already/);
    await credential("id-two", "first");
    await assert.rejects(credential("id-none", "first"), /Code="ResourceNotFound"/);
  });

  const names = [
    ["pool", "agentPoolName", "thirteenchars"],
    ["pool", "agentPoolName", "Apps"],
    ["cluster", "dnsPrefix", "a".repeat(55)],
    ["group", "resourceGroupName", "ends."],
    ["assignment", "roleAssignmentName", "admin"],
    ["identity", "resourceName", "id"],
  ] as const;
  for (const [type, property, name] of names) {
    it(`refuses ${name.slice(0, 20)} as ${property}`, () => {
      const [failure] = cloud.check(types[type], { [property]: name });
      assert.equal(failure?.property, property);
    });
  }
});
