import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  correct,
  readAks,
  refuses,
  sharedId,
  subscription,
  withAks,
} from "../../../support/aks.ts";
import { problems } from "../../../support/settings.ts";

const vault = sharedId("KeyVault/vaults/staging");
const key = `${vault}/keys/sops`;
const registry = sharedId("ContainerRegistry/registries/contoso");
const rule = sharedId("Insights/dataCollectionRules/staging");

describe("the identities of an AKS cluster", () => {
  refuses([
    [
      "an identity for a whole subscription",
      { identities: [{ name: "eso", grant: "secrets", resources: [subscription] }] },
      `cluster.aks.identities[0].resources must be a list of different ids of key vaults, with at least one, got ["${subscription}"]. ${correct}`,
    ],
    [
      "an identity for nothing",
      { identities: [{ name: "eso", grant: "secrets", resources: [] }] },
      `cluster.aks.identities[0].resources must be a list of different ids of key vaults, with at least one, got []. ${correct}`,
    ],
    [
      "a vault where a key is meant",
      { identities: [{ name: "sops", grant: "decrypt", resources: [vault] }] },
      `cluster.aks.identities[0].resources must be a list of different ids of keys of key vaults, with at least one, got ["${vault.slice(0, 77)}…. ${correct}`,
    ],
    [
      "two identities of one ServiceAccount",
      {
        identities: [
          { name: "one", grant: "secrets", resources: [vault] },
          { name: "two", grant: "secrets", resources: [vault] },
        ],
      },
      "cluster.aks.identities[1].serviceAccount must be a ServiceAccount without another one (external-secrets/external-secrets), got nothing. Give it one of its own.",
    ],
  ]);

  const defaults = [
    ["secrets", vault, "external-secrets/external-secrets"],
    ["metrics", rule, "azure-monitor/azure-monitor"],
    ["decrypt", key, "flux-system/kustomize-controller"],
    ["pull", registry, "flux-system/source-controller"],
  ] as const;
  for (const [grant, resource, account] of defaults) {
    it(`are of ${account} for the grant ${grant} unless it is told otherwise`, async () => {
      const { identities } = await readAks({
        identities: [{ name: "own", grant, resources: [resource] }],
      });
      const [identity] = identities;
      assert.equal(`${identity?.namespace ?? ""}/${identity?.serviceAccount ?? ""}`, account);
      assert.deepEqual(identity?.resources, [resource]);
    });
  }
});

describe("a variable of Git in Azure", () => {
  const identities = [{ name: "external-secrets", grant: "secrets", resources: [vault] }];
  const values = (runtimeInfo: object) => ({ ...withAks({ identities }), runtimeInfo });

  for (const name of ["AZURE_TENANT_ID", "AZURE_LOCATION", "EXTERNAL_SECRETS_CLIENT_ID"]) {
    it(`cannot be ${name}, which the program sets`, async () => {
      assert.deepEqual(await problems(values({ [name]: "mine" })), [
        `runtimeInfo.${name} must be absent because the program sets it, got "mine". Run: pulumi config rm --path runtimeInfo.${name}`,
      ]);
    });
  }

  it("may be the id of an identity that was made elsewhere", async () => {
    assert.deepEqual(await problems(values({ OTHER_CLIENT_ID: "mine" })), []);
  });
});
