import type { Cluster } from "../../cluster.ts";
import { Failure, firstDetails } from "../../failure.ts";
import type { KubernetesObject } from "../../object.ts";
import { keyOf, ownerOf } from "../../tree/owner.ts";
import type { Kept } from "../plan/drain-plan.ts";
import { drainedKinds, scopeOf, type SyncAddress } from "../scope.ts";
import { describeLeftover, type Leftover, leftByLabels } from "./leftovers.ts";
import { countKinds } from "./remaining.ts";
import { deleteForgotten } from "./sources.ts";
import type { StepWatch } from "./step-watch.ts";

interface EmptyContext {
  readonly watch: StepWatch;
  readonly signal: AbortSignal;
  /** What stays as the plan says, and so does what that applied. */
  readonly kept: readonly Kept[];
  /** How long what somebody else holds is waited for until it counts as left. Undefined: to the end of `signal`. */
  readonly graceMilliseconds?: number | undefined;
}

/**
 * untilEmpty resolves when no Flux object is left that traces to the sync, and nothing with a label of Flux is still on
 * its way out, or has been for longer than the grace. What carries such a label and stays unplanned is returned, one line
 * each.
 */
export async function untilEmpty(
  cluster: Cluster,
  sync: SyncAddress,
  context: EmptyContext,
): Promise<string[]> {
  const { watch, signal } = context;
  const made = () => scopeOf(liveOf(watch), sync).made;
  await watch.until(drainedKinds, () => true, signal);
  await deleteForgotten(cluster, made());
  try {
    await watch.until(drainedKinds, () => made().length === 0, signal);
  } catch (error) {
    if (made().length === 0) throw error;
    throw notEmpty(made());
  }
  const left = await leftByLabels(cluster);
  const going = left.filter(({ object }) => object.metadata.deletionTimestamp !== undefined);
  const stays = left.filter((one) => !going.includes(one)).map(({ object }) => object);
  const kept = new Set(context.kept.map(({ key }) => key));
  return [...(await untilGone(going, context)), ...stays]
    .filter((object) => !kept.has(keyOf(object)) && !kept.has(ownerOf(object) ?? ""))
    .map((object) => describeLeftover(object, Date.now()));
}

/** What is not gone when the grace is over; throws where there is none. */
async function untilGone(
  going: readonly Leftover[],
  { watch, signal, graceMilliseconds }: EmptyContext,
): Promise<KubernetesObject[]> {
  const still = () =>
    going.flatMap(({ resource, object }) => {
      const { name, namespace, uid } = object.metadata;
      const live = watch.get({ resource, name, ...(namespace !== undefined && { namespace }) });
      return live !== undefined && live.metadata.uid === uid ? [live] : [];
    });
  const resources = [...new Set(going.map(({ resource }) => resource))];
  const patience =
    graceMilliseconds === undefined
      ? signal
      : AbortSignal.any([signal, AbortSignal.timeout(graceMilliseconds)]);
  try {
    await watch.until(resources, () => still().length === 0, patience);
    return [];
  } catch (error) {
    if (!signal.aborted && patience.aborted) return still();
    if (still().length === 0) throw error;
    throw notEmpty(still());
  }
}

function liveOf(watch: StepWatch): KubernetesObject[] {
  return drainedKinds.flatMap((resource) => watch.all(resource));
}

function notEmpty(left: readonly KubernetesObject[]): Failure {
  const [first] = left;
  const { name = "", namespace } = first?.metadata ?? {};
  const at = namespace === undefined ? "" : `-n ${namespace} `;
  return new Failure(`${countKinds(left)} left after everything that was planned is gone`, {
    details: firstDetails(left.map((object) => describeLeftover(object, Date.now()))),
    next: `kubectl ${at}describe ${(first?.kind ?? "pod").toLowerCase()} ${name}`,
  });
}
