import type { Cluster } from "../../cluster.ts";
import { discover, findResource } from "../../discovery.ts";
import type { Resource } from "../../kinds.ts";
import type { KubernetesObject, Reference } from "../../object.ts";
import type { DrainPlan, Protection } from "../plan/drain-plan.ts";
import { drainManager } from "./freeze.ts";

const markAnnotation = "drain.flux-bootstrap.dev/protected";

/** protect annotates what the plan keeps, where nothing else would keep it from an inventory that goes. */
export async function protect(cluster: Cluster, plan: DrainPlan): Promise<void> {
  for (const { reference, annotation } of await protectedBy(cluster, plan)) {
    const object = await cluster.get<KubernetesObject>(reference);
    if (object === undefined || object.metadata.annotations?.[annotation] === "disabled") continue;
    const annotations = { [annotation]: "disabled", [markAnnotation]: annotation };
    await cluster.patch(reference, { metadata: { annotations } }, drainManager);
  }
}

/** unprotect takes the annotations off again where `protect` put them. */
export async function unprotect(cluster: Cluster, plan: DrainPlan): Promise<void> {
  for (const { reference } of await protectedBy(cluster, plan)) {
    const object = await cluster.get<KubernetesObject>(reference);
    const annotation = object?.metadata.annotations?.[markAnnotation];
    if (annotation === undefined) continue;
    const annotations = { [annotation]: null, [markAnnotation]: null };
    await cluster.patch(reference, { metadata: { annotations } }, drainManager);
  }
}

async function protectedBy(cluster: Cluster, { kept }: DrainPlan) {
  const protections = kept.map(({ protect: one }) => one).filter((one) => one !== undefined);
  if (protections.length === 0) return [];
  const resources = await discover(cluster);
  return protections.flatMap(({ entry, annotation }) => {
    const reference = referenceOf(resources, entry);
    return reference === undefined ? [] : [{ reference, annotation }];
  });
}

function referenceOf(
  resources: readonly Resource[],
  entry: Protection["entry"],
): Reference | undefined {
  const resource = findResource(resources, entry);
  const { name, namespace } = entry;
  return resource && { resource, name, ...(namespace !== undefined && { namespace }) };
}
