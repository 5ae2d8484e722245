/** How a person wants to destroy. */
export type DestroyMode = "drain" | "orphan" | "skip";
export const destroyModes: readonly DestroyMode[] = ["drain", "orphan", "skip"];

/** What a drain finds before it touches anything. */
export interface Found {
  readonly mode: DestroyMode;
  /** The person's word that the usual refusals do not count. */
  readonly force: boolean;
  readonly cluster: "recorded" | "another" | "unreachable";
  /** URL of the API server. */
  readonly endpoint: string;
  /** Namespace of Flux. */
  readonly namespace: string;
  /** Undefined when there is no FluxInstance. */
  readonly instance?: { readonly disabled: boolean };
  /** Kustomizations, HelmReleases and ResourceSets that a person made, by display name. */
  readonly byHand: readonly string[];
  /** Controllers that do not answer; undefined while they have not been asked. */
  readonly silent?: readonly string[];
}

export type Decision =
  | { readonly kind: "nothing"; readonly reason: string }
  | { readonly kind: "ask-controllers" }
  | { readonly kind: "fail"; readonly reason: string; readonly next: string }
  | { readonly kind: "drain" }
  | { readonly kind: "orphan" };

interface Rule {
  readonly applies: (found: Found) => boolean;
  readonly decide: (found: Found) => Decision;
}

/** The first rule that applies decides. */
const rules: readonly Rule[] = [
  {
    applies: ({ mode }) => mode === "skip",
    decide: () => nothing("FLUX_BOOTSTRAP_DESTROY_MODE=skip: nothing was touched"),
  },
  {
    applies: ({ cluster }) => cluster === "unreachable",
    decide: ({ endpoint }) =>
      fail(
        `${endpoint} does not answer, so nobody knows what Flux made, and an outage does not mean that it is gone. ` +
          "When it is gone for good, destroy with FLUX_BOOTSTRAP_DESTROY_MODE=skip",
        "kubectl cluster-info",
      ),
  },
  {
    applies: ({ cluster }) => cluster === "another",
    decide: ({ endpoint }) => ({ kind: "fail", ...otherCluster(endpoint) }),
  },
  {
    applies: ({ instance }) => instance === undefined,
    decide: () => nothing("there is no FluxInstance"),
  },
  {
    applies: ({ instance }) => instance?.disabled === true,
    decide: ({ namespace }) =>
      fail(
        "the FluxInstance is disabled, so flux-operator would not detach the sync",
        `kubectl annotate fluxinstance flux -n ${namespace} fluxcd.controlplane.io/reconcile-`,
      ),
  },
  {
    applies: ({ mode, force, byHand }) => mode === "drain" && !force && byHand.length > 0,
    decide: ({ byHand }) =>
      fail(
        `${byHand.join(", ")} did not come from the sync, and would lose what uninstalls it. ` +
          "Delete it, or leave its workloads behind with FLUX_BOOTSTRAP_FORCE=1",
        "kubectl get kustomizations,helmreleases --all-namespaces",
      ),
  },
  { applies: ({ silent }) => silent === undefined, decide: () => ({ kind: "ask-controllers" }) },
  {
    applies: ({ force, silent = [] }) => !force && silent.length > 0,
    decide: ({ silent = [], namespace }) =>
      fail(
        `${silent.join(", ")} cannot remove what Flux made. Repair it, or destroy with FLUX_BOOTSTRAP_FORCE=1`,
        `kubectl -n ${namespace} get pods`,
      ),
  },
];

/** decide says what a drain does with what it found. */
export function decide(found: Found): Decision {
  const rule = rules.find(({ applies }) => applies(found));
  if (rule !== undefined) return rule.decide(found);
  return found.mode === "orphan" ? { kind: "orphan" } : { kind: "drain" };
}

/** otherCluster says why a destroy has to stop at another cluster: what it deletes next, it deletes by name. */
export function otherCluster(endpoint: string): { readonly reason: string; readonly next: string } {
  return {
    reason:
      `the cluster at ${endpoint} must be the recorded one, got another: nothing was drained, and a destroy that went on ` +
      "would delete the Flux of that cluster. When the recorded one is gone for good, make the stack forget it",
    next: "pulumi stack rm --force --preserve-config STACK",
  };
}

function nothing(reason: string): Decision {
  return { kind: "nothing", reason };
}

function fail(reason: string, next: string): Decision {
  return { kind: "fail", reason, next };
}
