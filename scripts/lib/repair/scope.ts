import type { Diagnosis, Verdict } from "../classify/verdict.ts";
import { Failure } from "../failure.ts";
import { HelmRelease } from "../kinds.ts";
import type { Key } from "../tree/owner.ts";
import { displayKey } from "./announcement.ts";
import { untouchable } from "./eligibility.ts";
import type { PlannedRepair, Scope } from "./plan.ts";
import { sourcesOf } from "./relations.ts";

/** requireSensible throws a Failure when what a person asks for cannot be done, or would do harm. */
export function requireSensible({ only, action }: Scope, { verdicts }: Diagnosis): void {
  if (only === undefined) return;
  const verdict = verdicts.get(only);
  const name = displayKey(only);
  const [kind = "", namespace = "", object = ""] = only.split("/");
  const next = `kubectl -n ${namespace} get ${kind.toLowerCase()} ${object}`;
  if (verdict === undefined || verdict.state === "missing") {
    throw new Failure(`${name} must exist, got nothing of that name. Check kind and namespace.`, {
      next,
    });
  }
  const why = untouchable(verdict.object);
  if (why !== undefined) {
    throw new Failure(`${name} must be open to requests, but it ${why}. Nothing was written.`, {
      next,
    });
  }
  if (action !== undefined && action !== "reconcile") requireFailedRelease(verdict, action);
}

function requireFailedRelease({ object, standing, key }: Verdict, action: "reset" | "force"): void {
  const name = displayKey(key);
  if (object.kind !== HelmRelease.kind) {
    throw new Failure(`a ${action} must be asked of a HelmRelease, got ${name}. Leave it out.`);
  }
  if (standing !== "ready") return;
  throw new Failure(
    `${name} must not be Ready to get a ${action}, got a Ready one: ` +
      "a needless upgrade runs its hooks again. Nothing was written.",
  );
}

/** touchedBy is everything that the repairs may come to write to: their objects, and those on whose behalf they are. */
export function touchedBy(
  planned: readonly PlannedRepair[],
  verdicts: ReadonlyMap<Key, Verdict>,
): Pick<PlannedRepair, "verdict" | "action">[] {
  return planned.flatMap(({ verdict, action, purposes }) => {
    const consumers = known(purposes, verdicts);
    const keys = consumers.flatMap(({ object }) => sourcesOf(object, verdicts));
    const touched = [verdict, ...consumers, ...known(keys, verdicts)];
    return touched.map((each) => ({ verdict: each, action }));
  });
}

function known(keys: readonly Key[], verdicts: ReadonlyMap<Key, Verdict>): Verdict[] {
  const found = keys.map((key) => verdicts.get(key)).filter((verdict) => verdict !== undefined);
  return found.filter(({ state }) => state !== "missing");
}
