import { AccessEntry } from "@pulumi/aws/eks/accessEntry.js";
import { AccessPolicyAssociation } from "@pulumi/aws/eks/accessPolicyAssociation.js";
import * as pulumi from "@pulumi/pulumi";

import { partitionOf } from "./policies.ts";

export interface AccessArgs {
  readonly clusterName: pulumi.Input<string>;
  readonly region: string;
  /** ARNs of IAM roles and users. */
  readonly admins: readonly string[];
}

/**
 * Access lets IAM roles and users administrate the cluster, and nobody else in
 * (docs.aws.amazon.com/eks/latest/userguide/access-entries.html). It spreads within seconds after the API says so.
 */
export class Access extends pulumi.ComponentResource {
  /** What has to be there before a login is accepted. */
  readonly grants: readonly pulumi.Resource[];

  constructor(
    name: string,
    { clusterName, region, admins }: AccessArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("flux-bootstrap:eks:Access", name, {}, opts);
    this.grants = admins.map((principalArn) => {
      const child = `${name}-${nounOf(principalArn)}`;
      const entry = new AccessEntry(
        `${child}-entry`,
        { clusterName, principalArn, type: "STANDARD" },
        { parent: this },
      );
      return new AccessPolicyAssociation(
        `${child}-policy`,
        {
          clusterName,
          principalArn: entry.principalArn,
          policyArn: `arn:${partitionOf(region)}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`,
          accessScope: { type: "cluster" },
        },
        { parent: this },
      );
    });
    this.registerOutputs();
  }
}

/** Accounts may have roles of one name, and a role may have a user's. */
function nounOf(arn: string): string {
  return arn.split(":").slice(4).join("-").replaceAll("/", "-");
}
