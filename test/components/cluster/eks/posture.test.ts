import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import { madeEks } from "../../../support/eks.ts";
import { type MockEngine, visible } from "../../../support/mocks.ts";
import type { Values } from "../../../support/settings.ts";

const secret = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:prod/*";
const repository = "arn:aws:ecr:eu-central-1:111122223333:repository/fleet";
const identities = [
  { name: "eso", grant: "secrets", resources: [secret], by: "irsa" },
  { name: "logs", grant: "logs" },
  { name: "images", grant: "pull", resources: [repository] },
];

let engine: MockEngine;

interface Document {
  readonly Statement: readonly {
    readonly Principal?: unknown;
    readonly Action: readonly string[];
    readonly Resource?: unknown;
    readonly Condition?: unknown;
  }[];
}

const ofType = (type: string) =>
  engine.registered.filter(({ type: own }) => own === type).map(({ inputs }) => inputs);
const documents = (type: string, key: string) =>
  ofType(type).map((inputs) => JSON.parse(String(inputs[key])) as Document);

describe("what is registered for a cluster in AWS", () => {
  before(async () => {
    engine = await madeEks({
      identities,
      nodes: { pools: [{ name: "one" }, { name: "two", os: "Bottlerocket" }] },
    });
  });

  it("has an API server that answers in the VPC only", () => {
    const [{ vpcConfig }] = ofType("aws:eks/cluster:Cluster") as [{ vpcConfig: Values }];
    assert.equal(vpcConfig["endpointPrivateAccess"], true);
    assert.equal(vpcConfig["endpointPublicAccess"], false);
    assert.equal(vpcConfig["publicAccessCidrs"], undefined);
  });

  it("opens it for listed networks only", async () => {
    const opened = await madeEks({ publicCidrs: ["203.0.113.0/24"] });
    const { vpcConfig } = opened.get("cluster-control-plane-cluster").inputs as {
      vpcConfig: Values;
    };
    assert.equal(vpcConfig["endpointPrivateAccess"], true);
    assert.equal(vpcConfig["endpointPublicAccess"], true);
    assert.deepEqual(vpcConfig["publicAccessCidrs"], ["203.0.113.0/24"]);
  });

  it("lets IAM say who gets in, and not even its maker unasked", () => {
    const [{ accessConfig }] = ofType("aws:eks/cluster:Cluster") as [{ accessConfig: unknown }];
    assert.deepEqual(accessConfig, {
      authenticationMode: "API",
      bootstrapClusterCreatorAdminPermissions: false,
    });
    assert.deepEqual(
      ofType("aws:eks/accessEntry:AccessEntry").map(({ principalArn }) => principalArn),
      ["arn:aws:iam::111122223333:role/platform"],
    );
  });

  it("encrypts Secrets with a key that rotates, and logs with the same", () => {
    const [{ encryptionConfig }] = ofType("aws:eks/cluster:Cluster") as [Values];
    const arn = "arn:aws:kms:eu-central-1:111122223333:key/1-2";
    assert.deepEqual(encryptionConfig, { provider: { keyArn: arn }, resources: ["secrets"] });
    const [key] = ofType("aws:kms/key:Key");
    assert.deepEqual([key?.["enableKeyRotation"], key?.["deletionWindowInDays"]], [true, 30]);
    const [logs] = ofType("aws:cloudwatch/logGroup:LogGroup");
    assert.deepEqual(
      [logs?.["name"], logs?.["kmsKeyId"], logs?.["retentionInDays"]],
      ["/aws/eks/prod/cluster", arn, 90],
    );
  });

  it("writes down who asks the API server for what", () => {
    const [cluster] = ofType("aws:eks/cluster:Cluster");
    assert.deepEqual(cluster?.["enabledClusterLogTypes"], ["api", "audit", "authenticator"]);
  });

  it("encrypts the volumes of nodes and keeps pods from their identity", () => {
    const templates = ofType("aws:ec2/launchTemplate:LaunchTemplate");
    assert.equal(templates.length, 2);
    for (const { metadataOptions, blockDeviceMappings } of templates) {
      assert.deepEqual(metadataOptions, {
        httpEndpoint: "enabled",
        httpTokens: "required",
        httpPutResponseHopLimit: 1,
      });
      for (const { ebs } of blockDeviceMappings as readonly { ebs: Values }[]) {
        assert.equal(ebs["encrypted"], "true");
      }
    }
  });

  it("gives no node or load balancer subnet public addresses unasked", () => {
    for (const subnet of ofType("aws:ec2/subnet:Subnet")) {
      assert.equal(subnet["mapPublicIpOnLaunch"], false);
    }
  });

  it("has a default security group that lets nothing through", () => {
    const [group] = ofType("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup");
    assert.deepEqual([group?.["ingress"], group?.["egress"]], [[], []]);
  });

  it("trusts named services and one ServiceAccount each, with named actions", () => {
    const trusts = documents("aws:iam/role:Role", "assumeRolePolicy");
    assert.equal(trusts.length, 7);
    for (const { Statement } of trusts) {
      assert.doesNotMatch(JSON.stringify(Statement), /\*/);
      for (const { Principal, Action } of Statement) {
        assert.match(JSON.stringify(Principal), /^\{"(Service|Federated)":"[a-z0-9:./-]+"\}$/i);
        assert.ok(
          Action.every((action) =>
            /^sts:(AssumeRole|TagSession|AssumeRoleWithWebIdentity)$/.test(action),
          ),
        );
      }
    }
  });

  it("ties a role by IRSA to a ServiceAccount and to STS", () => {
    const { assumeRolePolicy } = engine.get("cluster-identities-eso-role").inputs;
    const { Statement } = JSON.parse(String(assumeRolePolicy)) as Document;
    assert.deepEqual(Statement, [
      {
        Effect: "Allow",
        Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/oidc.example.com/id/ABC" },
        Action: ["sts:AssumeRoleWithWebIdentity"],
        Condition: {
          StringEquals: {
            "oidc.example.com/id/ABC:aud": "sts.amazonaws.com",
            "oidc.example.com/id/ABC:sub":
              "system:serviceaccount:external-secrets:external-secrets",
          },
        },
      },
    ]);
  });

  it("grants actions by their names, on resources by theirs but for the token of ECR", () => {
    const granted = documents("aws:iam/rolePolicy:RolePolicy", "policy").flatMap(
      ({ Statement }) => Statement,
    );
    assert.equal(granted.length, 3);
    for (const { Action, Resource } of granted) {
      assert.doesNotMatch(Action.join(" "), /\*/);
      if (Resource !== "*") assert.ok(Array.isArray(Resource));
      else assert.deepEqual(Action, ["ecr:GetAuthorizationToken"]);
    }
  });

  it("leaves nothing to the account's administrators but the key, and says for which logs it is", () => {
    const [{ Statement } = { Statement: [] }] = documents("aws:kms/key:Key", "policy");
    assert.deepEqual(
      Statement.map(({ Principal, Condition }) => [Principal, Condition]),
      [
        [{ AWS: "arn:aws:iam::111122223333:root" }, undefined],
        [
          { Service: "logs.eu-central-1.amazonaws.com" },
          {
            ArnEquals: {
              "kms:EncryptionContext:aws:logs:arn":
                "arn:aws:logs:eu-central-1:111122223333:log-group:/aws/eks/prod/cluster",
            },
          },
        ],
      ],
    );
  });

  it("has no role of a node that may more than join and pull", () => {
    const attached = ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
      .filter(({ role }) => role === "prod-eu-central-1-node")
      .map(({ policyArn }) => policyArn);
    assert.deepEqual(attached, [
      "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
      "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
    ]);
  });

  it("holds no credential", () => {
    assert.doesNotMatch(
      JSON.stringify(visible(engine.registered)),
      /"(token|secretKey|accessKey|password)"/,
    );
  });
});
