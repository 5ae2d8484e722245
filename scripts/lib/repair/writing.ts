import { setTimeout as pause } from "node:timers/promises";

import { ApiError, UnreachableError } from "../api-server.ts";
import type { Cluster } from "../cluster.ts";
import { Pod } from "../kinds.ts";
import { pathOf } from "../listing.ts";
import type { KubernetesObject, Reference } from "../object.ts";
import { annotations, identityOf, resourceOf, untouchable } from "./eligibility.ts";
import type { Entry } from "./journal.ts";

/** What came of a write: done, pointless because the object is gone or in another state by now, or refused. */
export type Written =
  | { readonly outcome: "asked" }
  | { readonly outcome: "outdated" }
  | { readonly outcome: "gone" }
  | { readonly outcome: "failed"; readonly text: string };

export interface Writing {
  readonly cluster: Cluster;
  readonly fieldManager: string;
  /** Ends the retries. */
  readonly signal: AbortSignal;
  /** Resolves when writing is allowed at this moment; rejects when it is not any more. */
  readonly allowed: () => Promise<void>;
}

/** An API server that comes back announces itself to nobody. */
const retryMilliseconds = 500;
const mostConflicts = 5;

/**
 * writeRequest puts the entry's token into the object's annotations, all of them in one merge patch that holds only for
 * the version of the object it was decided on. After a conflict or an outage the object is read again, and left alone when
 * it is in another state by then: suspended, disabled, deleted, or at work.
 */
export async function writeRequest(
  entry: Entry,
  object: KubernetesObject,
  writing: Writing,
): Promise<Written> {
  const resource = resourceOf(object);
  if (resource === undefined) return { outcome: "failed", text: "its kind takes no requests" };
  const { name, namespace } = object.metadata;
  const reference = { resource, name, ...(namespace !== undefined && { namespace }) };
  const stamp = stampOf(entry);
  const patch = async (known: KubernetesObject): Promise<Written> => {
    const { resourceVersion } = known.metadata;
    const metadata = { ...(resourceVersion !== undefined && { resourceVersion }), ...stamp };
    const { cluster, fieldManager } = writing;
    const patched = await cluster.patch(reference, { metadata }, fieldManager);
    return { outcome: patched === undefined ? "gone" : "asked" };
  };
  return persist(writing, patch, { object, reference, token: entry.token });
}

/** deletePod deletes exactly the pod that was looked at, never one that took its name. */
export async function deletePod(pod: KubernetesObject, writing: Writing): Promise<Written> {
  const { name, namespace = "", uid } = pod.metadata;
  const reference = { resource: Pod, name, namespace };
  const body = {
    apiVersion: "v1",
    kind: "DeleteOptions",
    ...(uid !== undefined && { preconditions: { uid } }),
  };
  const remove = async (): Promise<Written> => {
    await writing.cluster.api.found(pathOf(reference), { method: "DELETE", body });
    return { outcome: "asked" };
  };
  return persist(writing, remove, { object: pod, reference, token: undefined });
}

function stampOf({ action, token = "" }: Entry) {
  return {
    annotations: {
      [annotations.reconcile]: token,
      ...(action === "reset" && { [annotations.reset]: token }),
      ...(action === "force" && { [annotations.force]: token }),
    },
  };
}

interface Target {
  readonly object: KubernetesObject;
  readonly reference: Reference;
  readonly token: string | undefined;
}

type Write = (known: KubernetesObject) => Promise<Written>;

/** Writes until it is done, refused, pointless or the run is over. */
async function persist(writing: Writing, write: Write, target: Target): Promise<Written> {
  let conflicts = 0;
  let known: KubernetesObject | undefined = target.object;
  while (!writing.signal.aborted) {
    try {
      return await attempt(writing, write, { target, known });
    } catch (error) {
      known = undefined;
      const isAnother = isConflict(error);
      if (isAnother) conflicts += 1;
      if (conflicts > mostConflicts || !(isAnother || isPassing(error))) {
        return { outcome: "failed", text: error instanceof Error ? error.message : String(error) };
      }
      if (!isAnother) await patience(writing.signal);
    }
  }
  return { outcome: "failed", text: "the run ended before it was written" };
}

/** One try; the object is read again when it is not known any more. */
async function attempt(
  { cluster, allowed }: Writing,
  write: Write,
  { target, known }: { readonly target: Target; readonly known: KubernetesObject | undefined },
): Promise<Written> {
  const object = known ?? (await cluster.get(target.reference));
  if (object === undefined) return { outcome: "gone" };
  const pointless = judge(object, target);
  if (pointless !== undefined) return pointless;
  await allowed();
  return write(object);
}

/** What the object, read again, says against or instead of another try. */
function judge(known: KubernetesObject, { object, token }: Target): Written | undefined {
  if (known === object) return undefined;
  if (identityOf(known) !== identityOf(object)) return { outcome: "gone" };
  if (token === undefined) return undefined;
  // The answer to an earlier try got lost.
  if (known.metadata.annotations?.[annotations.reconcile] === token) return { outcome: "asked" };
  const isAsBefore = untouchable(known) === undefined && stateOf(known) === stateOf(object);
  return isAsBefore ? undefined : { outcome: "outdated" };
}

/** What a decision is based on. */
function stateOf({ metadata, spec, status }: KubernetesObject): string {
  const { conditions } = (status ?? {}) as { readonly conditions?: unknown };
  return JSON.stringify([metadata.generation, spec, conditions]);
}

function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.code === 409;
}

/** True for what passes by itself: an outage, too many requests. */
function isPassing(error: unknown): boolean {
  if (error instanceof UnreachableError) return true;
  return error instanceof ApiError && (error.code === 429 || error.code >= 500);
}

async function patience(signal: AbortSignal): Promise<void> {
  try {
    await pause(retryMilliseconds, undefined, { signal });
  } catch {
    // The run is over, which the caller sees by the signal.
  }
}
