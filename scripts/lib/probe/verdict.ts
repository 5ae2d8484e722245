import {
  type Condition,
  type ConditionedStatus,
  findCondition,
  type KubernetesObject,
} from "../object.ts";

export type SourceObject = KubernetesObject<
  unknown,
  ConditionedStatus & { readonly artifact?: { readonly revision?: string } }
>;

/** What the states of a source seen so far say. */
export type Verdict =
  | { readonly kind: "waiting"; readonly state: string }
  | { readonly kind: "fetched"; readonly revision: string }
  | { readonly kind: "failed"; readonly reason: string; readonly message: string };

/** What a second attempt does not change: a credential that is refused, a reference or repository that is not there. */
const lasting =
  /authenticat|authoriz|unauthorized|forbidden|permission denied|access denied|credential|password|reference not found|couldn't find remote ref|unable to resolve ref|unable to find|repository not found|not found|no such bucket|MANIFEST_UNKNOWN|NAME_UNKNOWN|repository is empty|certificate|knownhosts|signature|access key|private key|passphrase/i;

/**
 * SourceVerdict judges a source by its states. source-controller reports every failure as FetchFailed and retries it
 * with back-off, at first after less than a second. So a failure counts at once when its kind does not pass by itself,
 * and otherwise when a second attempt ended the same way.
 */
export class SourceVerdict {
  #failures = 0;
  #attempting = true;

  next(source: SourceObject): Verdict {
    const ready = findCondition(source, "Ready");
    const { revision } = source.status?.artifact ?? {};
    if (revision !== undefined && isTrue(ready)) return { kind: "fetched", revision };
    const stalled = trueCondition(source, "Stalled");
    if (stalled !== undefined) return failed(stalled);
    const failure =
      trueCondition(source, "FetchFailed") ??
      trueCondition(source, "StorageOperationFailed") ??
      unverified(source);
    if (failure === undefined || isAttempting(source)) {
      this.#attempting = true;
      return { kind: "waiting", state: describe(ready) };
    }
    return this.#failed(failure);
  }

  #failed(failure: Condition): Verdict {
    if (this.#attempting) this.#failures += 1;
    this.#attempting = false;
    const verdict = failed(failure);
    const lasts = verdict.reason === "AuthenticationFailed" || lasting.test(verdict.message);
    return lasts || this.#failures > 1 ? verdict : { kind: "waiting", state: describe(failure) };
  }
}

/** Between attempts the reason is ProgressingWithRetry. */
function isAttempting(source: SourceObject): boolean {
  return findCondition(source, "Reconciling")?.reason === "Progressing";
}

function trueCondition(source: SourceObject, type: string): Condition | undefined {
  const condition = findCondition(source, type);
  return isTrue(condition) ? condition : undefined;
}

/** What was fetched and is not signed as it must be. */
function unverified(source: SourceObject): Condition | undefined {
  const condition = findCondition(source, "SourceVerified");
  return condition?.status === "False" ? condition : undefined;
}

function isTrue(condition: Condition | undefined): boolean {
  return condition?.status === "True";
}

function describe(condition: Condition | undefined): string {
  if (condition === undefined) return "not seen by source-controller yet";
  return `${condition.reason ?? "no reason"}: ${condition.message ?? "no message"}`;
}

function failed({ reason = "", message = "" }: { reason?: string; message?: string }) {
  return { kind: "failed", reason, message: message.trim() } as const;
}
