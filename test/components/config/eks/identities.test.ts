import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { correct, readEks, refuses, type Refused, remove, withEks } from "../../../support/eks.ts";
import { problems } from "../../../support/settings.ts";

const secretArn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:prod/*";
const identity = { name: "eso", grant: "secrets", resources: [secretArn] };

const refused: Refused = [
  [
    "an identity that may everything",
    { identities: [{ ...identity, resources: ["*"] }] },
    `cluster.eks.identities[0].resources must be a list of ARNs of one account, without wildcards but at their end, got ["*"]. ${correct}`,
  ],
  [
    "an identity that may something in every account",
    {
      identities: [
        { ...identity, resources: ["arn:aws:secretsmanager:eu-central-1:*:secret:prod"] },
      ],
    },
    `cluster.eks.identities[0].resources must be a list of ARNs of one account, without wildcards but at their end, got ["arn:aws:secretsmanager:eu-central-1:*:secret:prod"]. ${correct}`,
  ],
  [
    "an identity for no resource",
    { identities: [{ name: "eso", grant: "secrets" }] },
    `cluster.eks.identities[0].resources must be a list of ARNs of one account, without wildcards but at their end, got nothing. ${correct}`,
  ],
  [
    "resources of a grant that has none",
    { identities: [{ ...identity, grant: "logs" }] },
    `cluster.eks.identities[0].resources must be absent when grant is "logs", which has none, got ["${secretArn}"]. ${remove("'cluster.eks.identities[0].resources'")}`,
  ],
  [
    "two roles of one ServiceAccount",
    { identities: [identity, { ...identity, name: "ssm", grant: "parameters" }] },
    "cluster.eks.identities[1].serviceAccount must be a ServiceAccount without another role (external-secrets/external-secrets), got nothing. Give it one of its own, or let another policy grant both.",
  ],
  [
    "an identity whose role has too long a name",
    { identities: [{ ...identity, name: "a-name-of-forty-eight-characters-is-too-long-for" }] },
    'cluster.eks.identities[0].name must be 2 shorter: "prod-eu-central-1-NAME" names a role, got "a-name-of-forty-eight-characters-is-too-long-for". Choose a shorter one.',
  ],
  [
    "a key that it has not",
    { endpoint: "public" },
    'cluster.eks must hold only the keys "account", "addonVersions", "admins", "identities", "kmsKeyArn", "logRetentionDays", "network", "nodes", "profile", "publicCidrs", "region", "roleArn", "tags", "version", got "endpoint". Run: pulumi config rm --path cluster.eks.endpoint',
  ],
];

describe("the identities of a cluster in AWS must not hold", () => {
  refuses(refused);
});

describe("a variable of Git", () => {
  for (const key of ["AWS_REGION", "AWS_ACCOUNT_ID", "AWS_VPC_ID", "ESO_ROLE_ARN"]) {
    it(`cannot be ${key}, which the program sets`, async () => {
      const values = { ...withEks({ identities: [identity] }), runtimeInfo: { [key]: "mine" } };
      assert.deepEqual(await problems(values), [
        `runtimeInfo.${key} must be absent because the program sets it, got "mine". ${remove(`runtimeInfo.${key}`)}`,
      ]);
    });
  }
});

describe("an identity of what Flux runs", () => {
  it("is of the ServiceAccount that such a thing usually has", async () => {
    const { identities } = await readEks({
      identities: [
        identity,
        { name: "logs", grant: "logs", by: "irsa" },
        {
          name: "sops",
          grant: "decrypt",
          resources: ["arn:aws:kms:eu-central-1:111122223333:key/1-2"],
        },
      ],
    });
    assert.deepEqual(
      identities.map(({ namespace, serviceAccount, by }) => [namespace, serviceAccount, by]),
      [
        ["external-secrets", "external-secrets", "podIdentity"],
        ["amazon-cloudwatch", "cloudwatch-agent", "irsa"],
        ["flux-system", "kustomize-controller", "podIdentity"],
      ],
    );
  });
});
