import type { Key } from "../tree/owner.ts";
import type { Controllers } from "./controllers.ts";
import { oneLine } from "./field.ts";
import type { Snapshot } from "./snapshot.ts";
import type { StateId } from "./states.ts";
import type { Verdict } from "./verdict.ts";

/** The kinds without which there is no Flux to judge. */
const essential: readonly string[] = ["GitRepository", "Kustomization", "HelmRelease"];

const unobserved: readonly StateId[] = ["H2", "K1", "G0", "O2"];

/** limitsOf says what the diagnosis could not see, each with what follows from it. */
export function limitsOf(
  snapshot: Snapshot,
  verdicts: ReadonlyMap<Key, Verdict>,
  controllers: Controllers,
): string[] {
  const { unread, fluxNamespace, objects } = snapshot;
  const refused = unread
    .filter(({ why, resource }) => why !== "absent" || essential.includes(resource.kind))
    .map(
      ({ resource, why, message }) => `${resource.kind}: ${verbs[why]} (${oneLine(message, 200)})`,
    );
  const unasked = [...verdicts.values()].filter(
    ({ state, action }) => unobserved.includes(state) && action === "none",
  ).length;
  const nameless = objects.length - objects.filter(isNamed).length;
  return [
    ...(snapshot.limits ?? []),
    ...refused,
    ...(controllers.all.length > 0
      ? []
      : [`no Flux controllers in ${fluxNamespace}: whether they work is not known`]),
    ...(unasked === 0
      ? []
      : [
          `controllers were not asked whether they are alive: why ${unasked} objects were never observed is not known`,
        ]),
    ...(nameless === 0 ? [] : [`${nameless} objects without a kind or a name were left out`]),
  ];
}

const verbs = {
  absent: "is not served",
  forbidden: "may not be listed",
  failed: "could not be read",
} as const;

function isNamed(object: unknown): boolean {
  const { kind, metadata } = (object ?? {}) as {
    kind?: unknown;
    metadata?: { name?: unknown } | null;
  };
  return typeof kind === "string" && typeof metadata?.name === "string" && metadata.name !== "";
}
