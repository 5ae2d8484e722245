import type { Cluster } from "../../cluster.ts";
import { Failure, firstDetails } from "../../failure.ts";
import type { KubernetesObject } from "../../object.ts";
import { describeLeftover, leftByLabels } from "./leftovers.ts";
import { countKinds } from "./remaining.ts";
import { drainedKinds, scopeOf, type SyncAddress } from "../scope.ts";
import type { StepWatch } from "./step-watch.ts";

interface EmptyContext {
  readonly watch: StepWatch;
  readonly signal: AbortSignal;
}

/**
 * untilEmpty resolves when no Flux object is left that traces to the sync, and nothing with a label of Flux is still on
 * its way out. What carries such a label and stays is returned, one line each: no inventory named it.
 */
export async function untilEmpty(
  cluster: Cluster,
  sync: SyncAddress,
  { watch, signal }: EmptyContext,
): Promise<string[]> {
  const made = () => scopeOf(liveOf(watch), sync).made;
  try {
    await watch.until(drainedKinds, () => made().length === 0, signal);
  } catch (error) {
    if (made().length === 0) throw error;
    throw notEmpty(made());
  }
  const left = await leftByLabels(cluster);
  const going = left.filter(({ object }) => object.metadata.deletionTimestamp !== undefined);
  const stays = left.filter((one) => !going.includes(one));
  const still = () =>
    going.flatMap(({ resource, object }) => {
      const { name, namespace, uid } = object.metadata;
      const live = watch.get({ resource, name, ...(namespace !== undefined && { namespace }) });
      return live !== undefined && live.metadata.uid === uid ? [live] : [];
    });
  const resources = [...new Set(going.map(({ resource }) => resource))];
  try {
    await watch.until(resources, () => still().length === 0, signal);
  } catch (error) {
    if (still().length === 0) throw error;
    throw notEmpty(still());
  }
  return stays.map(({ object }) => describeLeftover(object, Date.now()));
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
