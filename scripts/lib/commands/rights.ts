import type { Cluster } from "../cluster.ts";
import type { Reference } from "../object.ts";

/**
 * requireToPatch asks the API server whether the user may patch all of this, and rejects with a Failure that names every
 * resource that is missing, before anything is written.
 */
export async function requireToPatch(
  cluster: Cluster,
  references: readonly Reference[],
): Promise<void> {
  // It loads the Kubernetes client, which help does without.
  const { Rights } = await import("../repair/rights.ts");
  const needs = references.map(({ resource, namespace = "" }) => ({
    verb: "patch" as const,
    resource,
    namespace,
  }));
  await new Rights(cluster).require(needs);
}
