import { findCondition, type KubernetesObject } from "../object.ts";
import { conditionEvidence, describe } from "./condition.ts";
import type { Context } from "./context.ts";
import type { Judgement } from "./judgement.ts";
import { deletion } from "./rows.ts";
import type { StateId } from "./states.ts";

/** Most telling first: an API that does not answer hides what is left, and finalizers hold what is left. */
const reasons: readonly (readonly [string, StateId])[] = [
  ["NamespaceDeletionDiscoveryFailure", "T3"],
  ["NamespaceDeletionGroupVersionParsingFailure", "T3"],
  ["NamespaceFinalizersRemaining", "T1"],
  ["NamespaceContentRemaining", "T2"],
  ["NamespaceDeletionContentFailure", "T2"],
];

/** judgeNamespace judges a namespace that is being deleted; any other is ok. */
export function judgeNamespace(object: KubernetesObject, { at }: Context): Judgement {
  const deleted = deletion(object, at);
  if (deleted === undefined) return { state: "ok", text: "active", evidence: [] };
  const said = reasons.find(([type]) => findCondition(object, type)?.status === "True");
  if (said === undefined) return { state: "T0", ...deleted };
  const [type, state] = said;
  return {
    state,
    text: describe(findCondition(object, type)),
    evidence: [...deleted.evidence, ...conditionEvidence(object, type)],
  };
}
