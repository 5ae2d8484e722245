import { PodIdentityAssociation } from "@pulumi/aws/eks/podIdentityAssociation.js";
import { OpenIdConnectProvider } from "@pulumi/aws/iam/openIdConnectProvider.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import * as pulumi from "@pulumi/pulumi";

import { roleName, roleVariable } from "../../config/eks/identities.ts";
import type { EksIdentityConfig } from "../../config/eks/types.ts";
import { grantStatements } from "./grants.ts";
import { managedPolicy, podTrust, policy } from "./policies.ts";

export interface IdentitiesArgs {
  /** Resolves once the cluster is there. */
  readonly clusterName: pulumi.Input<string>;
  readonly cluster: { readonly name: string; readonly region: string };
  /** The address of the cluster's OIDC issuer. */
  readonly issuer: pulumi.Output<string>;
  readonly identities: readonly EksIdentityConfig[];
}

/**
 * Identities are the roles of what Flux runs, each for one ServiceAccount. Pod Identity needs nothing in the cluster; it
 * reaches pods that are made after it. A role by IRSA reaches pods whose ServiceAccount is annotated with its ARN. The
 * issuer is trusted without a thumbprint: its certificate is of a public authority.
 */
export class Identities extends pulumi.ComponentResource {
  /** `<NAME>_ROLE_ARN` -> ARN. */
  readonly arns: Readonly<Record<string, pulumi.Output<string>>>;
  /** What pods need before they are made. */
  readonly associations: pulumi.Resource[] = [];
  readonly #name: string;
  readonly #args: IdentitiesArgs;

  constructor(name: string, args: IdentitiesArgs, opts: pulumi.ComponentResourceOptions) {
    super("flux-bootstrap:eks:Identities", name, {}, opts);
    this.#name = name;
    this.#args = args;
    const provider = args.identities.some(({ by }) => by === "irsa")
      ? new OpenIdConnectProvider(
          `${name}-issuer`,
          { url: args.issuer, clientIdLists: [audience] },
          { parent: this },
        )
      : undefined;
    this.arns = Object.fromEntries(
      args.identities.map((identity) => [
        roleVariable(identity.name),
        this.#identity(identity, provider),
      ]),
    );
    this.registerOutputs();
  }

  #identity(identity: EksIdentityConfig, provider?: OpenIdConnectProvider): pulumi.Output<string> {
    const { name: cluster, region } = this.#args.cluster;
    const child = `${this.#name}-${identity.name}`;
    const role = new Role(
      `${child}-role`,
      {
        name: roleName(cluster, region, identity.name),
        description: `${identity.namespace}/${identity.serviceAccount} in the EKS cluster ${cluster}`,
        assumeRolePolicy: identity.by === "irsa" ? this.#trust(identity, provider) : podTrust,
      },
      { parent: this, deleteBeforeReplace: true },
    );
    const rights = this.#grant(child, role, identity);
    if (identity.by === "irsa") return role.arn;
    this.associations.push(
      new PodIdentityAssociation(
        `${child}-association`,
        {
          clusterName: this.#args.clusterName,
          namespace: identity.namespace,
          serviceAccount: identity.serviceAccount,
          roleArn: role.arn,
        },
        { parent: this, dependsOn: [rights] },
      ),
    );
    return role.arn;
  }

  #grant(child: string, role: Role, { grant, resources }: EksIdentityConfig): pulumi.Resource {
    const { region } = this.#args.cluster;
    if (grant === "logs") {
      const policyArn = managedPolicy(region, "CloudWatchAgentServerPolicy");
      return new RolePolicyAttachment(
        `${child}-policy`,
        { role: role.name, policyArn },
        { parent: this },
      );
    }
    return new RolePolicy(
      `${child}-policy`,
      { role: role.name, policy: policy(...grantStatements(grant, resources)) },
      { parent: this },
    );
  }

  /** Only this ServiceAccount, and only with a token that is meant for STS. */
  #trust(
    { namespace, serviceAccount }: EksIdentityConfig,
    provider: OpenIdConnectProvider | undefined,
  ): pulumi.Output<string> {
    return pulumi.all([provider?.arn, this.#args.issuer]).apply(([arn = "", issuer]) => {
      const host = issuer.replace("https://", "");
      return policy({
        Effect: "Allow",
        Principal: { Federated: arn },
        Action: ["sts:AssumeRoleWithWebIdentity"],
        Condition: {
          StringEquals: {
            [`${host}:aud`]: audience,
            [`${host}:sub`]: `system:serviceaccount:${namespace}:${serviceAccount}`,
          },
        },
      });
    });
  }
}

const audience = "sts.amazonaws.com";
