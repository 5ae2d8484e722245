import assert from "node:assert/strict";
import { describe, it } from "node:test";

import * as pulumi from "@pulumi/pulumi";

import { fluxAccounts } from "../../../../components/cluster/eks/accounts.ts";
import { readEks } from "../../../support/eks.ts";
import { valueOf } from "../../../support/mocks.ts";

const key = "arn:aws:kms:eu-central-1:111122223333:key/1-2";
const arn = "arn:aws:iam::111122223333:role/prod-eu-central-1-sops";

describe("the controllers of Flux in AWS", () => {
  it("bear the role that is theirs by IRSA", async () => {
    const { identities } = await readEks({
      identities: [
        { name: "sops", grant: "decrypt", resources: [key], by: "irsa" },
        { name: "logs", grant: "logs", by: "irsa" },
      ],
    });
    const accounts = fluxAccounts(identities, { SOPS_ROLE_ARN: pulumi.output(arn) });
    assert.deepEqual(Object.keys(accounts), ["kustomize-controller"]);
    const { annotations = {} } = accounts["kustomize-controller"] ?? {};
    assert.equal(
      await valueOf(pulumi.output(annotations["eks.amazonaws.com/role-arn"] ?? "")),
      arn,
    );
  });

  it("bear nothing where the role is theirs by Pod Identity", async () => {
    const { identities } = await readEks({
      identities: [{ name: "sops", grant: "decrypt", resources: [key] }],
    });
    assert.deepEqual(fluxAccounts(identities, {}), {});
  });
});
