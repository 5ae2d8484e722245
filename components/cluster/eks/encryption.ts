import { Alias } from "@pulumi/aws/kms/alias.js";
import { Key } from "@pulumi/aws/kms/key.js";
import * as pulumi from "@pulumi/pulumi";

import { partitionOf, policy } from "./policies.ts";

export interface EncryptionArgs {
  readonly clusterName: string;
  readonly region: string;
  readonly account: pulumi.Input<string>;
  readonly logGroup: string;
  /** Whether Pulumi refuses to delete the key. */
  readonly protect: boolean;
}

/** The longest that KMS offers: without the key a backup of the cluster is lost. */
const deletionWindowInDays = 30;

/**
 * Encryption is the key that encrypts the Secrets of the cluster and its logs. The account's own policies say who may
 * use it; CloudWatch may for this one log group
 * (docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html). After the stack is gone it can be brought
 * back for thirty days.
 */
export class Encryption extends pulumi.ComponentResource {
  readonly keyArn: pulumi.Output<string>;

  constructor(name: string, args: EncryptionArgs, opts: pulumi.ComponentResourceOptions) {
    super("flux-bootstrap:eks:Encryption", name, {}, opts);
    const { clusterName, protect } = args;
    const key = new Key(
      `${name}-key`,
      {
        description: `Secrets and logs of the EKS cluster ${clusterName}`,
        enableKeyRotation: true,
        deletionWindowInDays,
        policy: pulumi.output(args.account).apply((account) => keyPolicy(args, account)),
        tags: { Name: clusterName },
      },
      { parent: this, protect },
    );
    new Alias(
      `${name}-alias`,
      { name: `alias/eks/${clusterName}`, targetKeyId: key.keyId },
      { parent: this, deleteBeforeReplace: true },
    );
    this.keyArn = key.arn;
    this.registerOutputs();
  }
}

function keyPolicy({ region, logGroup }: EncryptionArgs, account: string): string {
  const partition = partitionOf(region);
  return policy(
    {
      Sid: "Account",
      Effect: "Allow",
      Principal: { AWS: `arn:${partition}:iam::${account}:root` },
      Action: ["kms:*"],
      Resource: "*",
    },
    {
      Sid: "Logs",
      Effect: "Allow",
      Principal: { Service: `logs.${region}.amazonaws.com` },
      Action: [
        "kms:Encrypt*",
        "kms:Decrypt*",
        "kms:ReEncrypt*",
        "kms:GenerateDataKey*",
        "kms:Describe*",
      ],
      Resource: "*",
      Condition: {
        ArnEquals: {
          "kms:EncryptionContext:aws:logs:arn": `arn:${partition}:logs:${region}:${account}:log-group:${logGroup}`,
        },
      },
    },
  );
}
