import type { KubernetesObject } from "./object.ts";

interface OnNode {
  readonly hostNetwork?: boolean;
}

/**
 * isIdentityOf tells whether the holder of a lease can be a process of the pod. It begins with its host name, which is the
 * pod's name. On the network of a node it is that of the machine, by which Kubernetes need not know the node: there it is
 * anything but the name of another pod of `component`.
 */
export function isIdentityOf(
  { metadata, spec }: KubernetesObject,
  identity: string,
  component: string,
): boolean {
  if (identity.startsWith(`${metadata.name}_`)) return true;
  const { hostNetwork = false } = (spec ?? {}) as OnNode;
  return hostNetwork && identity !== "" && !identity.startsWith(`${component}-`);
}
