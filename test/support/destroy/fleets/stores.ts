import { OCIRepository, PersistentVolumeClaim } from "../../../../scripts/lib/kinds.ts";
import type { Reference } from "../../../../scripts/lib/object.ts";
import { manifest, namespaceManifest, type Places, release } from "../../stuck/manifest.ts";
import { type Fleet, layer, within } from "../fleet.ts";

const namespace = "stores";

/** A release with a StatefulSet whose claim no uninstall removes. */
export function stores({ registry }: Places): Fleet {
  const source = {
    url: `oci://${registry}/charts/store`,
    ref: { semver: "*" },
    layerSelector: {
      mediaType: "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
      operation: "copy",
    },
    interval: "1h",
    insecure: true,
  };
  return {
    cluster: [layer("rooms"), layer("data", { dependsOn: [{ name: "rooms" }] })],
    rooms: [namespaceManifest(namespace)],
    data: within(namespace, [
      manifest(OCIRepository, { name: "chart" }, { spec: source }),
      release("db", { values: { storage: "1Mi" } }),
    ]),
  };
}

export const claimOfStore: Reference = {
  resource: PersistentVolumeClaim,
  name: "data-db-0",
  namespace,
};
