import type { Cluster } from "../../scripts/lib/cluster.ts";
import { stderrLog } from "../../scripts/lib/log.ts";
import { displayName, type KubernetesObject, type Reference } from "../../scripts/lib/object.ts";
import { waitFor } from "../../scripts/lib/wait.ts";

/** Resolves with the object as soon as `test` is true of it; a bounded wait on watch events. */
export async function observed<O extends KubernetesObject>(
  cluster: Cluster,
  reference: Reference,
  test: (object: O) => boolean,
  timeoutMilliseconds = 60_000,
): Promise<O> {
  const wait = {
    what: `${displayName(reference)} (${test.name})`,
    timeoutMilliseconds,
    next: "look at the cluster of this test",
    log: stderrLog,
  };
  const { resource, name, namespace } = reference;
  return waitFor<O>(wait, ({ signal, state, resolve }) => {
    const options = { name, signal, ...(namespace !== undefined && { namespace }) };
    cluster.follow<O>(resource, options, {
      seen: (object) => {
        state(JSON.stringify(object.status ?? {}).slice(0, 500));
        if (test(object)) resolve(object);
      },
      gone: () => {
        state("NotFound");
      },
    });
  });
}
