import { PersistentVolumeClaim } from "../../../../scripts/lib/kinds.ts";
import type { Reference } from "../../../../scripts/lib/object.ts";
import { namespaceManifest } from "../../stuck/manifest.ts";
import { type Fleet, layer, within } from "../fleet.ts";
import { loadBalancer, Service, statefulSet } from "../manifests.ts";

const namespace = "chained";

/** An address in front of a volume, so that the cloud takes back one after the other, and an address beside them. */
export function chained(): Fleet {
  return {
    cluster: [
      namespaceManifest(namespace),
      layer("data"),
      layer("front", { dependsOn: [{ name: "data" }] }),
      layer("beside"),
    ],
    data: within(namespace, [statefulSet("store")]),
    front: within(namespace, [loadBalancer("front")]),
    beside: within(namespace, [loadBalancer("beside")]),
  };
}

export const addresses: readonly Reference[] = [
  { resource: Service, name: "front", namespace },
  { resource: Service, name: "beside", namespace },
];

export const claimOfChain: Reference = {
  resource: PersistentVolumeClaim,
  name: "data-store-0",
  namespace,
};
