import { ApiError } from "../../scripts/lib/api-server.ts";
import type { Cluster } from "../../scripts/lib/cluster.ts";
import { displayName, type KubernetesObject, type Reference } from "../../scripts/lib/object.ts";

const mostTries = 10;

export function hasFinalizer({ metadata }: KubernetesObject, finalizer: string): boolean {
  return metadata.finalizers?.includes(finalizer) === true;
}

/** Puts the finalizer onto the object as it was read. Fails with a conflict when it has changed since. */
export async function addFinalizer(
  cluster: Cluster,
  reference: Reference,
  { metadata }: KubernetesObject,
  finalizer: string,
): Promise<void> {
  const { finalizers = [], resourceVersion } = metadata;
  const changed = { finalizers: [...finalizers, finalizer], resourceVersion };
  await cluster.patch(reference, { metadata: changed });
}

/**
 * Takes the finalizer, and no other, off the object of that UID. Others take theirs off at the same moment: what has
 * changed meanwhile is read again.
 */
export async function removeFinalizer(
  cluster: Cluster,
  reference: Reference,
  uid: string | undefined,
  finalizer: string,
): Promise<void> {
  for (let attempt = 1; attempt <= mostTries; attempt += 1) {
    const object = await cluster.get(reference);
    if (object === undefined || object.metadata.uid !== uid) return;
    if (!hasFinalizer(object, finalizer)) return;
    const { resourceVersion, finalizers = [] } = object.metadata;
    const others = finalizers.filter((other) => other !== finalizer);
    try {
      await cluster.patch(reference, { metadata: { finalizers: others, resourceVersion } });
      return;
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 409) throw error;
    }
  }
  throw new Error(`${displayName(reference)} changed under each of ${mostTries} tries`);
}
