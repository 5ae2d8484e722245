import { type Condition, findCondition, isObserved, type KubernetesObject } from "../object.ts";

/**
 * - ready: Ready=True for the current generation, with the rest of its status
 * - stalled: its controller gave up and does not try again by itself
 * - failing: not ready, and its controller tries again
 * - suspended: a person stopped it
 * - progressing: anything else
 */
export type State = "ready" | "stalled" | "failing" | "suspended" | "progressing";

export interface Health {
  readonly state: State;
  /** `Reason: message` of the condition that says so. */
  readonly text: string;
}

/** healthOf judges a source, Kustomization or HelmRelease by its own status. */
export function healthOf(object: KubernetesObject): Health {
  const { suspend = false } = (object.spec ?? {}) as { readonly suspend?: boolean };
  const ready = findCondition(object, "Ready");
  if (isAddress(object) || isTrueNow(ready, object)) return { state: "ready", text: "" };
  if (suspend) return { state: "suspended", text: "suspended" };
  const stalled = findCondition(object, "Stalled");
  if (isTrueNow(stalled, object)) return { state: "stalled", text: textOf(stalled) };
  if (ready === undefined) return { state: "progressing", text: "no status yet" };
  const state = ready.status === "False" && !isWaiting(ready) ? "failing" : "progressing";
  return { state, text: textOf(ready) };
}

/** A Helm repository of type oci is only an address: it never gets a status. */
function isAddress({ kind, spec }: KubernetesObject): boolean {
  return kind === "HelmRepository" && (spec as { readonly type?: string }).type === "oci";
}

interface History {
  readonly history?: readonly {
    readonly firstReconciled?: string;
    readonly lastReconciledStatus?: string;
  }[];
}

/**
 * firstReadyAt is when the object became Ready for the first time, as the cluster remembers it. The Ready condition of a
 * Kustomization with health checks moves with every reconciliation, so its history counts where there is one.
 */
export function firstReadyAt(object: KubernetesObject): string {
  const { history = [] } = (object.status ?? {}) as History;
  const successes = history
    .filter(({ lastReconciledStatus }) => lastReconciledStatus === "ReconciliationSucceeded")
    .map(({ firstReconciled = "" }) => firstReconciled)
    .sort();
  return successes[0] ?? findCondition(object, "Ready")?.lastTransitionTime ?? "";
}

/** DependencyNotReady and SourceNotReady are the normal course of a bootstrap. */
function isWaiting({ reason = "" }: Condition): boolean {
  return reason === "DependencyNotReady" || reason === "SourceNotReady";
}

function isTrueNow(condition: Condition | undefined, object: KubernetesObject): boolean {
  return condition?.status === "True" && isObserved(condition, object);
}

function textOf({ reason = "", message = "" }: Partial<Condition> = {}): string {
  return `${reason}: ${message}`;
}
