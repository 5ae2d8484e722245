import { adoptedIn, type Owner, ownerIn } from "../../scripts/lib/owner.ts";
import { stackLabel } from "../names.ts";
import type { Adopts } from "./adopts.ts";
import type { Seen } from "./seen.ts";

/** The environment variable by which a person takes, for one run, the cluster from the owner of that id. */
export const takeOverVariable = "FLUX_BOOTSTRAP_TAKE_OVER";

/** Holder is who the cluster says it is held by. */
export interface Holder {
  /** The value of the label `flux-bootstrap.dev/stack`. */
  readonly stack: string;
  /** Undefined for a stack that recorded none. */
  readonly owner: Owner | undefined;
  /** What was there before it. Undefined where that cannot be read. */
  readonly adopts: Adopts | undefined;
}

/** holderIn reads who holds the cluster from the namespace of Flux. */
export function holderIn(namespace: Seen | undefined): Holder | undefined {
  const { labels = {}, annotations = {} } = namespace?.metadata ?? {};
  const stack = labels[stackLabel];
  if (stack === undefined) return undefined;
  return { stack, owner: ownerIn(annotations), adopts: adoptsIn(annotations) };
}

function adoptsIn(annotations: Readonly<Record<string, string>>): Adopts | undefined {
  try {
    return adoptedIn(annotations);
  } catch {
    return undefined;
  }
}

/** otherStackProblem is said where another stack holds the cluster, unless `taken` is the id of that owner. */
export function otherStackProblem(
  holder: Holder | undefined,
  { stack, taken }: { readonly stack: string; readonly taken: string | undefined },
): string | undefined {
  if (taken !== undefined && holder?.owner?.id !== taken) return wordProblem(holder, taken, stack);
  if (holder?.owner === undefined || holder.stack === stack || taken !== undefined)
    return undefined;
  const { owner } = holder;
  return (
    `the cluster must be held by this stack, got stack ${holder.stack} of ${owner.by} since ${owner.since}. ` +
    `To take it over from there, run: ${takeOverVariable}=${owner.id} pulumi up`
  );
}

/** The word counts for one owner only, so that nobody takes from a stack what was meant for another. */
function wordProblem(holder: Holder | undefined, taken: string, stack: string): string | undefined {
  const owner = holder?.owner;
  // It has been taken already, by an earlier run of the same command.
  if (owner !== undefined && holder?.stack === stack) return undefined;
  const held = owner === undefined ? "nobody holds it" : `${owner.id} holds it`;
  return (
    `${takeOverVariable} must be the id of the owner of the cluster (${held}), got "${taken}". ` +
    (owner === undefined ? "Leave it out." : `Set it to ${owner.id}, or leave it out.`)
  );
}

/**
 * otherStateProblem is said where this very stack holds the cluster by another state than this one: that was lost, or
 * lies in another backend.
 */
export function otherStateProblem(
  holder: Holder | undefined,
  { own, stack, taken }: { own: Owner | undefined; stack: string; taken: string | undefined },
): string | undefined {
  if (holder?.stack !== stack || holder.owner === undefined) return undefined;
  const { owner } = holder;
  if (owner.id === own?.id || owner.id === taken) return undefined;
  return (
    `the cluster must be held by this state of stack ${stack}, got another one, made by ${owner.by} at ${owner.since}: ` +
    "it was lost, or lies in another backend. Use that one, or go on with this one by running: " +
    `${takeOverVariable}=${owner.id} pulumi up`
  );
}
