import type { KubernetesObject } from "../../object.ts";
import { displayName } from "../../object.ts";
import { Kustomization } from "../../kinds.ts";
import type { DrainStep } from "../plan/drain-plan.ts";
import { drainManager, suspendPatch } from "../freeze/freeze.ts";
import { nameOf, referenceOf, type StepContext, type StepStuck } from "./step.ts";

/** How long a controller gets to let go of what it no longer has to remove anything for. */
export const graceBound = 15_000;

export interface ForceContext extends Omit<StepContext, "position"> {
  /** @default 15 seconds */
  readonly graceMilliseconds?: number;
}

/**
 * orphanStuck lets a Flux object go that its controller cannot remove in time: suspended, and with the policy Orphan, it
 * leaves behind what it applied. It never drops a finalizer. False when the object stays all the same.
 */
export async function orphanStuck(
  step: DrainStep,
  { left }: StepStuck,
  { cluster, watch, log, signal, graceMilliseconds = graceBound }: ForceContext,
): Promise<boolean> {
  const reference = referenceOf(step);
  const node = left.find(
    ({ metadata: { uid } }) => uid !== undefined && uid === uidOf(watch.get(reference)),
  );
  if (node === undefined) {
    log.line(`forced: ${left.map((object) => displayName(object)).join(", ")} is left behind`);
    return true;
  }
  log.line(`forced: ${nameOf(step)} goes without removing its ${step.inventory.length} objects`);
  await cluster.patch(reference, orphanPatch(node), drainManager);
  const { uid } = node.metadata;
  await cluster.delete(reference, uid === undefined ? {} : { uid });
  const patience = AbortSignal.any([signal, AbortSignal.timeout(graceMilliseconds)]);
  try {
    const gone = () => uidOf(watch.get(reference)) !== node.metadata.uid;
    await watch.until([reference.resource], gone, patience);
    return true;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

function orphanPatch(object: KubernetesObject): object {
  if (object.kind !== Kustomization.kind) return suspendPatch(object);
  return { spec: { suspend: true, deletionPolicy: "Orphan" } };
}

function uidOf(object: KubernetesObject | undefined): string | undefined {
  return object?.metadata.uid;
}
