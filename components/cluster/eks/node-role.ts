import { trustOf } from "./policies.ts";

/** Who may take the role of a node. */
export const nodeTrust = trustOf("ec2.amazonaws.com");

/** What a managed node does itself; the add-ons on it have roles of their own. */
export const managedNodePolicies = [
  "AmazonEKSWorkerNodePolicy",
  "AmazonEC2ContainerRegistryPullOnly",
] as const;

/** What a node of Auto Mode does itself (docs.aws.amazon.com/eks/latest/userguide/auto-create-node-role.html). */
export const autoNodePolicies = [
  "AmazonEKSWorkerNodeMinimalPolicy",
  "AmazonEC2ContainerRegistryPullOnly",
] as const;
