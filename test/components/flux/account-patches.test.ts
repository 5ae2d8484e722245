import assert from "node:assert/strict";
import { describe, it } from "node:test";

import * as pulumi from "@pulumi/pulumi";

import { withAccounts } from "../../../components/flux/account-patches.ts";
import { instanceSpec } from "../../../components/flux/instance-spec.ts";
import { valueOf } from "../../support/mocks.ts";
import { existing, good, type Values } from "../../support/settings.ts";

const client = "azure.workload.identity/client-id";
const marks = {
  annotations: { [client]: pulumi.output("client-of-sops") },
  podLabels: { "azure.workload.identity/use": "true" },
};

const specOf = async (values: Values = {}) => instanceSpec(await good({ ...existing, ...values }));

describe("the identity of a controller", () => {
  it("is marked on its ServiceAccount and on its pods", async () => {
    const spec = withAccounts(await specOf(), { "kustomize-controller": marks });
    const [account, deployment] = await valueOf(pulumi.output(spec.kustomize.patches));
    const name = "kustomize-controller";
    assert.deepEqual(account?.target, { kind: "ServiceAccount", name });
    assert.deepEqual(JSON.parse(account.patch), {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name, annotations: { [client]: "client-of-sops" } },
    });
    assert.deepEqual(deployment?.target, { kind: "Deployment", name });
    assert.deepEqual(JSON.parse(deployment.patch), {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name },
      spec: { template: { metadata: { labels: marks.podLabels } } },
    });
  });

  it("comes before everything that is configured, which has the last word", async () => {
    const plain = await specOf({ decryption: { provider: "azurekv" } });
    const spec = withAccounts(plain, { "kustomize-controller": marks });
    assert.equal(spec.kustomize.patches.length, plain.kustomize.patches.length + 2);
    assert.deepEqual(spec.kustomize.patches.slice(2), plain.kustomize.patches);
  });

  it("changes nothing where there is none, or where its controller is not installed", async () => {
    const plain = await specOf();
    assert.equal(withAccounts(plain), plain);
    assert.equal(withAccounts(plain, { "external-secrets": marks }), plain);
  });
});
