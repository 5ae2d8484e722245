import type { Cluster } from "./cluster.ts";
import type { Log } from "./log.ts";
import { displayName, type Reference } from "./object.ts";
import { waitFor, WaitTimeout } from "./wait.ts";

/** How long the controller of an object gets to let it go. */
const graceMilliseconds = 5_000;

/**
 * removeOwn deletes objects that the scripts made for themselves and resolves when none is left. Only of these objects
 * it drops the finalizers, when they stay for five seconds because their controller does not work. Rejects with the
 * first error after having tried them all.
 */
export async function removeOwn(
  cluster: Cluster,
  references: readonly Reference[],
  log: Log,
  grace = graceMilliseconds,
): Promise<void> {
  const removals = references.map(async (reference) => {
    await cluster.delete(reference);
    if ((await cluster.get(reference)) === undefined) return;
    if (await goesByItself(cluster, reference, { log, grace })) return;
    await cluster.patch(reference, { metadata: { finalizers: null } });
    log.line(`${displayName(reference)} kept its finalizers after its deletion: dropped them`);
  });
  const failed = (await Promise.allSettled(removals)).find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}

/** False when the object is still there after the grace period. */
async function goesByItself(
  cluster: Cluster,
  reference: Reference,
  { log, grace }: { log: Log; grace: number },
): Promise<boolean> {
  const { resource, name, namespace } = reference;
  const wait = {
    what: `${displayName(reference)} (deleted)`,
    timeoutMilliseconds: grace,
    next: `kubectl get ${resource.plural} ${name}`,
    log,
  };
  try {
    await waitFor<undefined>(wait, ({ signal, resolve }) => {
      let there = false;
      cluster.follow(
        resource,
        {
          name,
          ...(namespace !== undefined && { namespace }),
          signal,
          listed: () => {
            if (!there) resolve(undefined);
          },
        },
        {
          seen: () => {
            there = true;
          },
          gone: () => {
            resolve(undefined);
          },
        },
      );
    });
    return true;
  } catch (error) {
    if (error instanceof WaitTimeout) return false;
    throw error;
  }
}
