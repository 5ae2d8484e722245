import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { countedTypes, madeEks } from "../../../support/eks.ts";

const arn = (text: string) => `arn:aws:${text.replace("ACCOUNT", "eu-central-1:111122223333")}`;
const all = [
  { name: "eso", grant: "secrets", resources: [arn("secretsmanager:ACCOUNT:secret:prod/*")] },
  {
    name: "ssm",
    grant: "parameters",
    resources: [arn("ssm:ACCOUNT:parameter/prod/*")],
    serviceAccount: "ssm",
  },
  { name: "logs", grant: "logs" },
  { name: "sops", grant: "decrypt", resources: [arn("kms:ACCOUNT:key/1-2")] },
  { name: "images", grant: "pull", resources: [arn("ecr:ACCOUNT:repository/fleet")] },
];

const actions: Readonly<Record<string, readonly string[]>> = {
  eso: [
    "secretsmanager:GetSecretValue",
    "secretsmanager:DescribeSecret",
    "secretsmanager:ListSecretVersionIds",
  ],
  ssm: ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"],
  sops: ["kms:Decrypt", "kms:DescribeKey"],
};

describe("the identities of what Flux runs in AWS", () => {
  it("are roles of which each is for one ServiceAccount", async () => {
    const engine = await madeEks({ identities: all });
    const associations = engine.registered.filter(({ type }) => type.includes("podIdentityAss"));
    assert.deepEqual(
      associations
        .map(({ inputs }) => inputs)
        .toSorted((a, b) => String(a["roleArn"]).localeCompare(String(b["roleArn"]))),
      [
        ["eso", "external-secrets", "external-secrets"],
        ["images", "flux-system", "source-controller"],
        ["logs", "amazon-cloudwatch", "cloudwatch-agent"],
        ["sops", "flux-system", "kustomize-controller"],
        ["ssm", "external-secrets", "ssm"],
      ].map(([name, namespace, serviceAccount]) => ({
        clusterName: "prod",
        namespace,
        serviceAccount,
        roleArn: `arn:aws:iam::111122223333:role/prod-eu-central-1-${name ?? ""}`,
      })),
    );
  });

  it("may read what is named and do nothing else", async () => {
    const engine = await madeEks({ identities: all });
    for (const [name, expected] of Object.entries(actions)) {
      const { policy } = engine.get(`cluster-identities-${name}-policy`).inputs;
      const resources = all.find((identity) => identity.name === name)?.resources;
      assert.deepEqual(JSON.parse(String(policy)), {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: expected, Resource: resources }],
      });
    }
    const { policyArn } = engine.get("cluster-identities-logs-policy").inputs;
    assert.equal(policyArn, "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy");
  });

  it("need an issuer only where a role is by IRSA, which has no association", async () => {
    const [first] = all;
    const byIssuer = countedTypes(await madeEks({ identities: [{ ...first, by: "irsa" }] }));
    const byAgent = countedTypes(await madeEks({ identities: [first] }));
    const issuer = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";
    const association = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
    assert.deepEqual([byIssuer[issuer], byIssuer[association]], [1, undefined]);
    assert.deepEqual([byAgent[issuer], byAgent[association]], [undefined, 1]);
  });

  it("trust the issuer of the cluster without a thumbprint", async () => {
    const engine = await madeEks({ identities: [{ ...all[0], by: "irsa" }] });
    assert.deepEqual(engine.get("cluster-identities-issuer").inputs, {
      url: "https://oidc.example.com/id/ABC",
      clientIdLists: ["sts.amazonaws.com"],
    });
  });
});
