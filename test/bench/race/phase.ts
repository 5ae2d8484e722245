import { findCondition, type KubernetesObject } from "../../../scripts/lib/object.ts";

/** What a person who looks at a HelmRelease sees, in the order in which a release goes through it. */
export const phases = ["unobserved", "waiting", "installing", "ready", "stuck"] as const;
export type Phase = (typeof phases)[number];

/**
 * phaseOf tells a release's phase: unobserved while it has no condition at all, which is what `observedGeneration: -1` is
 * usually taken for.
 */
export function phaseOf(release: KubernetesObject): Phase {
  const ready = findCondition(release, "Ready");
  if (ready === undefined) return "unobserved";
  if (ready.status === "True") return "ready";
  if (findCondition(release, "Stalled")?.status === "True") return "stuck";
  return (ready.message ?? "").startsWith("Running '") ? "installing" : "waiting";
}
