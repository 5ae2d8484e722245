import type { LeaseName } from "../../lease-holder.ts";

/** drainLease keeps a cluster to one drain at a time; it is live while that drain is. */
export function drainLease(namespace: string): LeaseName {
  return { name: "flux-bootstrap-drain", namespace, what: "drain of this cluster" };
}
