import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  correct,
  readEks,
  refuses,
  type Refused,
  remove,
  set,
  withEks,
} from "../../../support/eks.ts";
import { eks as least, embedded, good, problems } from "../../../support/settings.ts";

const arn = "arn:aws:iam::111122223333:role/ROLE";

const refused: Refused = [
  [
    "no region",
    { region: undefined },
    `cluster.eks.region must be a region of AWS such as eu-central-1, got nothing. ${set("region", "eu-central-1")}`,
  ],
  [
    "a zone for a region",
    { region: "eu-central-1a" },
    `cluster.eks.region must be a region of AWS such as eu-central-1, got "eu-central-1a". ${set("region", "eu-central-1")}`,
  ],
  [
    "an account without its zeros",
    { account: 11_122_223_333 },
    `cluster.eks.account must be the 12 digits of an AWS account, as a text, got 11122223333. Run: pulumi config set --path --type string cluster.eks.account 111122223333`,
  ],
  [
    "a role that is a session",
    { roleArn: "arn:aws:sts::111122223333:assumed-role/ci/session" },
    `cluster.eks.roleArn must be the ARN of an IAM role, got "arn:aws:sts::111122223333:assumed-role/ci/session". ${set("roleArn", arn)}`,
  ],
  [
    "no version",
    { version: undefined },
    `cluster.eks.version must be a version of Kubernetes such as 1.34, as a text, got nothing. ${set("version", "1.34")}`,
  ],
  [
    "a version without its quotes",
    { version: 1.3 },
    `cluster.eks.version must be a version of Kubernetes such as 1.34, as a text, got 1.3. ${set("version", "1.34")}`,
  ],
  [
    "nobody who administrates it",
    { admins: [] },
    `cluster.eks.admins must be a list of ARNs of different IAM roles and users, with at least one, got []. ${correct}`,
  ],
  [
    "an account as a whole that administrates it",
    { admins: ["arn:aws:iam::111122223333:root"] },
    `cluster.eks.admins must be a list of ARNs of different IAM roles and users, with at least one, got ["arn:aws:iam::111122223333:root"]. ${correct}`,
  ],
  [
    "somebody twice who administrates it",
    { admins: [arn, arn] },
    `cluster.eks.admins must be a list of ARNs of different IAM roles and users, with at least one, got ["${arn}","${arn}"]. ${correct}`,
  ],
  [
    "an endpoint for everybody",
    { publicCidrs: ["0.0.0.0/0"] },
    `cluster.eks.publicCidrs must be a list of IPv4 networks from /8 to /32, such as 203.0.113.0/24, got ["0.0.0.0/0"]. ${correct}`,
  ],
  [
    "an endpoint for one half of everybody",
    { publicCidrs: ["128.0.0.0/1"] },
    `cluster.eks.publicCidrs must be a list of IPv4 networks from /8 to /32, such as 203.0.113.0/24, got ["128.0.0.0/1"]. ${correct}`,
  ],
  [
    "an address with bits behind its prefix",
    { publicCidrs: ["203.0.113.7/24"] },
    `cluster.eks.publicCidrs must be a list of IPv4 networks from /8 to /32, such as 203.0.113.0/24, got ["203.0.113.7/24"]. ${correct}`,
  ],
  [
    "an alias for a key",
    { kmsKeyArn: "alias/prod" },
    `cluster.eks.kmsKeyArn must be the ARN of a KMS key, got "alias/prod". ${set("kmsKeyArn", "arn:aws:kms:eu-central-1:111122223333:key/KEY")}`,
  ],
  [
    "a retention that CloudWatch lacks",
    { logRetentionDays: 100 },
    `cluster.eks.logRetentionDays must be a number of days that CloudWatch knows (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557), got 100. ${set("logRetentionDays", "90")}`,
  ],
  [
    "a tag of AWS's own",
    { tags: { "aws:cloud": "x" } },
    `cluster.eks.tags must be a map of at most 40 tags, none of which begins with "aws:", got {"aws:cloud":"x"}. ${correct}`,
  ],
  [
    "an add-on's version that EKS did not build",
    { addonVersions: { coredns: "1.12.0" } },
    `cluster.eks.addonVersions.coredns must be a version of the add-on such as v1.20.4-eksbuild.1, got "1.12.0". ${set("addonVersions.coredns", "v1.20.4-eksbuild.1")}`,
  ],
];

describe("the configuration of a cluster in AWS must not hold", () => {
  refuses(refused);

  it("a name from which no role can be named", async () => {
    const name = "a-name-of-forty-characters-is-too-long-1";
    assert.deepEqual(await problems(withEks({}, { name })), [
      `cluster.name must be 3 shorter: it names roles of IAM, got "${name}". Choose a shorter one.`,
    ]);
  });

  it("no name, by which a renamed stack would make another cluster", async () => {
    assert.deepEqual(await problems(withEks({}, { name: undefined })), [
      "cluster.name must name the cluster that this stack makes, which another name would replace, got nothing. Run: pulumi config set --path cluster.name dev",
    ]);
  });

  it("anything of another kind of cluster", async () => {
    const reason = 'be absent when cluster.kind is "eks"';
    assert.deepEqual(
      await problems({
        ...withEks({}, { context: "x", kubeconfigFile: "y" }),
        kubeconfig: "planted",
      }),
      [
        `cluster.context must ${reason}, got "x". ${remove("cluster.context")}`,
        `cluster.kubeconfigFile must ${reason}, got "y". ${remove("cluster.kubeconfigFile")}`,
        `kubeconfig must ${reason}, got a value that is not shown. Run: pulumi config rm kubeconfig`,
      ],
    );
  });

  it("its own object in a cluster of another kind", async () => {
    const values = { ...embedded, cluster: { kind: "embedded", eks: { region: "eu-central-1" } } };
    assert.deepEqual(await problems(values), [
      `cluster.eks must be absent when cluster.kind is "embedded", got {"region":"eu-central-1"}. ${remove("cluster.eks")}`,
    ]);
  });
});

describe("a cluster in AWS of which little is said", () => {
  it("is private, keeps its logs and runs in three zones", async () => {
    assert.deepEqual(await readEks({}), {
      region: "eu-central-1",
      account: undefined,
      profile: undefined,
      roleArn: undefined,
      version: "1.34",
      network: {
        cidr: "10.0.0.0/16",
        zones: ["eu-central-1a", "eu-central-1b", "eu-central-1c"],
        nat: "perZone",
      },
      publicCidrs: [],
      admins: ["arn:aws:iam::111122223333:role/platform"],
      kmsKeyArn: undefined,
      logRetentionDays: 90,
      nodes: {
        mode: "managed",
        pools: [
          {
            name: "default",
            os: "AL2023",
            architecture: "x86_64",
            instanceTypes: ["m7i.large"],
            capacity: "onDemand",
            min: 3,
            max: 6,
            diskGiB: 50,
            labels: {},
            taints: [],
          },
        ],
      },
      addonVersions: {},
      identities: [],
      tags: {},
    });
  });

  it("takes a while and a word before volumes go with it", async () => {
    const { drain } = await good(least);
    assert.deepEqual(drain, { timeout: "30m", volumes: "keep", hooks: [] });
  });
});
