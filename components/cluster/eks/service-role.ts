import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import * as pulumi from "@pulumi/pulumi";

import { roleName } from "../../config/eks/identities.ts";
import { managedPolicy } from "./policies.ts";

export interface ServiceRoleArgs {
  readonly clusterName: string;
  readonly region: string;
  /** What the role is for; its name ends with it. */
  readonly noun: string;
  readonly description: string;
  /** Who may take it. */
  readonly trust: string;
  /** The names of policies of AWS's own. */
  readonly policies: readonly string[];
}

/** ServiceRole is an IAM role for one part of the cluster, with policies of AWS's own and no other. */
export class ServiceRole extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  /** What has to be there before the role can do its work, and goes after it has done it. */
  readonly rights: readonly pulumi.Resource[];

  constructor(name: string, args: ServiceRoleArgs, opts: pulumi.ComponentResourceOptions) {
    super("flux-bootstrap:eks:ServiceRole", name, {}, opts);
    const { clusterName, region, noun, description, trust, policies } = args;
    const role = new Role(
      `${name}-role`,
      { name: roleName(clusterName, region, noun), description, assumeRolePolicy: trust },
      // Its name is fixed, so that a new one cannot come before the old one goes.
      { parent: this, deleteBeforeReplace: true },
    );
    this.arn = role.arn;
    this.rights = policies.map(
      (policy) =>
        new RolePolicyAttachment(
          `${name}-${policy.split("/").at(-1) ?? policy}`,
          { role: role.name, policyArn: managedPolicy(region, policy) },
          { parent: this },
        ),
    );
    this.registerOutputs();
  }
}
