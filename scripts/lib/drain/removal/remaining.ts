import type { Cluster } from "../../cluster.ts";
import type { Resource } from "../../kinds.ts";
import type { KubernetesObject } from "../../object.ts";
import type { Waiting } from "../../wait.ts";
import { type Key, keyOf } from "../../tree/owner.ts";

/**
 * watchUntilNone resolves when `select` finds nothing more in the live objects of `resources`, all of which have to be
 * listed first. The last selection stays in `left`.
 */
export function watchUntilNone(
  cluster: Cluster,
  watched: {
    readonly resources: readonly Resource[];
    readonly select: (live: readonly KubernetesObject[]) => readonly KubernetesObject[];
    readonly left: KubernetesObject[];
  },
  { signal, state, resolve }: Waiting<undefined>,
): void {
  const live = new Map<Key, KubernetesObject>();
  const listed = new Set<Resource>();
  const look = () => {
    if (listed.size < watched.resources.length || signal.aborted) return;
    const left = watched.select([...live.values()]);
    watched.left.splice(0, watched.left.length, ...left);
    state(`${countKinds(left)} left`);
    if (left.length === 0) resolve(undefined);
  };
  for (const resource of watched.resources) {
    const options = {
      signal,
      lost: ({ message }: Error) => {
        state(`${resource.kind} cannot be watched: ${message}`);
      },
      listed: () => {
        listed.add(resource);
        look();
      },
    };
    cluster.follow(resource, options, {
      // An object in an event of a watch names its kind, one in a list has it from the client.
      seen: (object) => {
        live.set(keyOf(object), object);
        look();
      },
      gone: (object) => {
        live.delete(keyOf(object));
        look();
      },
    });
  }
  if (watched.resources.length === 0) resolve(undefined);
}

/** countKinds is `3 Kustomization, 31 HelmRelease`, or `nothing`. */
export function countKinds(objects: readonly { readonly kind: string }[]): string {
  const counts = Object.entries(countBy(objects));
  if (counts.length === 0) return "nothing";
  return counts.map(([kind, count]) => `${count} ${kind}`).join(", ");
}

/** countBy is how many objects there are of each kind. */
export function countBy(objects: readonly { readonly kind: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of objects) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
