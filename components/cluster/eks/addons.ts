import { Addon } from "@pulumi/aws/eks/addon.js";
import * as pulumi from "@pulumi/pulumi";

import type { EksAddonName } from "../../config/eks/types.ts";
import { podTrust } from "./policies.ts";
import { ServiceRole } from "./service-role.ts";

export interface AddonsArgs {
  /** Resolves once the cluster is there. */
  readonly clusterName: pulumi.Input<string>;
  readonly cluster: { readonly name: string; readonly region: string };
  /** Which of the add-ons. */
  readonly addons: readonly EksAddonName[];
  /** What an add-on without one gets is the choice of EKS when it is made. */
  readonly versions: Readonly<Partial<Record<EksAddonName, string>>>;
}

interface Identity {
  readonly noun: string;
  readonly serviceAccount: string;
  readonly policy: string;
}

/** The add-ons that call AWS, each by a role of its own instead of that of the nodes. */
const identities: Readonly<Partial<Record<EksAddonName, Identity>>> = {
  "vpc-cni": { noun: "vpc-cni", serviceAccount: "aws-node", policy: "AmazonEKS_CNI_Policy" },
  "aws-ebs-csi-driver": {
    noun: "ebs-csi",
    serviceAccount: "ebs-csi-controller-sa",
    policy: "service-role/AmazonEBSCSIDriverPolicy",
  },
};

/** NetworkPolicies are enforced: those of Flux would else be none. */
const values: Readonly<Partial<Record<EksAddonName, object>>> = {
  "vpc-cni": { enableNetworkPolicy: "true" },
};

/**
 * Addons are parts of the cluster that EKS installs and watches. What others changed in them is set back: their settings
 * are here. Those without a pod to run are there as soon as they are made, the others only when nodes are.
 */
export class Addons extends pulumi.ComponentResource {
  readonly installed: readonly pulumi.Resource[];
  readonly #name: string;
  readonly #args: AddonsArgs;

  constructor(name: string, args: AddonsArgs, opts: pulumi.ComponentResourceOptions) {
    super("flux-bootstrap:eks:Addons", name, {}, opts);
    this.#name = name;
    this.#args = args;
    this.installed = args.addons.map((addon) => this.#install(addon));
    this.registerOutputs();
  }

  #install(addonName: EksAddonName): Addon {
    const { clusterName, versions } = this.#args;
    const addonVersion = versions[addonName];
    const identity = identities[addonName];
    const role = identity === undefined ? undefined : this.#role(identity);
    const configured = values[addonName];
    return new Addon(
      `${this.#name}-${addonName}`,
      {
        clusterName,
        addonName,
        ...(addonVersion !== undefined && { addonVersion }),
        ...(configured !== undefined && { configurationValues: JSON.stringify(configured) }),
        ...(role !== undefined && {
          podIdentityAssociations: [
            { serviceAccount: identity?.serviceAccount ?? "", roleArn: role.arn },
          ],
        }),
        resolveConflictsOnCreate: "OVERWRITE",
        resolveConflictsOnUpdate: "OVERWRITE",
      },
      { parent: this, dependsOn: [...(role?.rights ?? [])] },
    );
  }

  #role({ noun, policy }: Identity): ServiceRole {
    const { name, region } = this.#args.cluster;
    return new ServiceRole(
      `${this.#name}-${noun}-identity`,
      {
        clusterName: name,
        region,
        noun,
        description: `Add-on ${noun} of the EKS cluster ${name}`,
        trust: podTrust,
        policies: [policy],
      },
      { parent: this },
    );
  }
}
