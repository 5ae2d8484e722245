import { readAccount } from "../account.ts";
import { later } from "../later.ts";
import type { Grant } from "../access.ts";
import { hasControlPlane } from "../cluster-host.ts";
import { type Call, objectOf, type ResourceType, type Standing, textOf } from "../resource-type.ts";
import { arn, awsError, regionOf, tagsOf } from "./words.ts";

const entryType = "aws:eks/accessEntry:AccessEntry";
const associationType = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation";

/** The ClusterRoles to which the access policies of EKS come down. */
const roles: Readonly<Record<string, string>> = {
  AmazonEKSClusterAdminPolicy: "cluster-admin",
  AmazonEKSAdminPolicy: "admin",
  AmazonEKSEditPolicy: "edit",
  AmazonEKSViewPolicy: "view",
  AmazonEKSAdminViewPolicy: "view",
};

/** Makes the cluster know who has an access entry, with the strongest policy that is associated for the whole cluster. */
export async function syncClusterAccess(clusterName: string): Promise<void> {
  if (!hasControlPlane(clusterName)) return;
  const { syncAccess } = await import("../access.ts");
  await syncAccess(clusterName, () => grantsIn(clusterName));
}

function grantsIn(clusterName: string): Grant[] {
  const account = readAccount("aws");
  return account.find(entryType, { clusterName }).map(({ properties }) => {
    const principal = textOf(properties, "principalArn");
    const policies = account
      .find(associationType, { clusterName, principalArn: principal })
      .filter((found) => textOf(objectOf(found.properties["accessScope"]), "type") === "cluster")
      .map((found) => textOf(found.properties, "policyArn").split("/").at(-1) ?? "");
    const [strongest] = Object.keys(roles).filter((policy) => policies.includes(policy));
    return { principal, role: strongest === undefined ? undefined : roles[strongest] };
  });
}

/** Rights do not work at once. */
async function syncLater({ resource, settings }: Standing): Promise<void> {
  const sync = () => syncClusterAccess(textOf(resource.properties, "clusterName"));
  if (settings.propagation === 0) await sync();
  else later(settings.propagation, sync);
}

function requireCluster({ account, inputs }: Call, operation: string): void {
  const name = textOf(inputs, "clusterName");
  if (account.get("aws:eks/cluster:Cluster", name) !== undefined) return;
  const message = `No cluster found for name: ${name}.`;
  throw awsError(`EKS: ${operation}`, "ResourceNotFoundException", message);
}

export const accessEntry: ResourceType = {
  replaceOn: ["clusterName", "principalArn", "type"],
  nameInput: "principalArn",
  outputs: ["accessEntryArn", "createdAt", "modifiedAt", "tagsAll", "userName"],
  create: (call) => {
    const { account, inputs } = call;
    requireCluster(call, "CreateAccessEntry");
    const [name, principal] = [textOf(inputs, "clusterName"), textOf(inputs, "principalArn")];
    if (!/^arn:aws[\w-]*:iam::\d{12}:(role|user)\//.test(principal)) {
      const message = "The principalArn parameter format is not valid";
      throw awsError("EKS: CreateAccessEntry", "InvalidParameterException", message);
    }
    const id = `${name}:${principal}`;
    if (account.get(entryType, id) !== undefined) {
      const message = "The specified access entry resource is already in use on this cluster.";
      throw awsError("EKS: CreateAccessEntry", "ResourceInUseException", message);
    }
    const accessEntryArn = arn(
      "eks",
      regionOf(inputs, call),
      `access-entry/${name}/${account.hex(32)}`,
    );
    const times = { createdAt: "2026-01-01T00:00:00Z", modifiedAt: "2026-01-01T00:00:00Z" };
    return {
      id,
      outputs: { accessEntryArn, ...times, tagsAll: tagsOf(inputs, call), userName: principal },
    };
  },
  provision: async (standing) => {
    await syncLater(standing);
    return {};
  },
  released: syncLater,
};

export const accessPolicyAssociation: ResourceType = {
  replaceOn: ["clusterName", "principalArn", "policyArn", "accessScope"],
  nameInput: "policyArn",
  outputs: ["associatedAt", "modifiedAt"],
  create: (call) => {
    const { account, inputs } = call;
    requireCluster(call, "AssociateAccessPolicy");
    const [name, principal] = [textOf(inputs, "clusterName"), textOf(inputs, "principalArn")];
    const policyArn = textOf(inputs, "policyArn");
    if (account.get(entryType, `${name}:${principal}`) === undefined) {
      const message =
        "The specified principalArn could not be found. You must create an access entry first";
      throw awsError("EKS: AssociateAccessPolicy", "ResourceNotFoundException", message);
    }
    if (!/^arn:aws[\w-]*:eks::aws:cluster-access-policy\//.test(policyArn)) {
      const message = "The policyArn parameter format is not valid";
      throw awsError("EKS: AssociateAccessPolicy", "InvalidParameterException", message);
    }
    const times = { associatedAt: "2026-01-01T00:00:00Z", modifiedAt: "2026-01-01T00:00:00Z" };
    return { id: `${name}#${principal}#${policyArn}`, outputs: times };
  },
  provision: async (standing) => {
    await syncLater(standing);
    return {};
  },
  released: syncLater,
};

/** A role for the pods of one ServiceAccount, which need the agent on their node. */
export const podIdentityAssociation: ResourceType = {
  replaceOn: ["clusterName", "namespace", "serviceAccount"],
  outputs: ["associationArn", "associationId", "tagsAll", "externalId"],
  create: (call) => {
    const { account, inputs } = call;
    requireCluster(call, "CreatePodIdentityAssociation");
    const { clusterName = "", namespace = "", serviceAccount = "" } = inputs;
    const type = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
    if (account.find(type, { clusterName, namespace, serviceAccount }).length > 0) {
      const message = "Association already exists for this service account";
      throw awsError("EKS: CreatePodIdentityAssociation", "ResourceInUseException", message);
    }
    const id = `a-${account.hex(17)}`;
    const name = textOf(inputs, "clusterName");
    const associationArn = arn(
      "eks",
      regionOf(inputs, call),
      `podidentityassociation/${name}/${id}`,
    );
    return {
      id,
      outputs: { associationArn, associationId: id, tagsAll: tagsOf(inputs, call), externalId: "" },
    };
  },
};
