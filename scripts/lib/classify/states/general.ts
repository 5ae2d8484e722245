import type { State } from "./state.ts";

const any = "any";
const others = "ExternalArtifact, ResourceSetInputProvider, Receiver and the image kinds";

/** What an object of any kind can be in. */
export const generalStates = {
  ok: {
    subject: any,
    name: "ready",
    meaning: "Ready at its current generation",
    standing: "ready",
    action: "none",
    forbidden: "force: a needless upgrade runs hooks again",
    retries: "with its interval",
  },
  new: {
    subject: any,
    name: "new",
    meaning: "created less than a minute ago and not observed yet",
    standing: "waiting",
    action: "wait",
    forbidden: "annotate",
    retries: "now",
  },
  missing: {
    subject: any,
    name: "missing",
    meaning: "another object names it, and it does not exist",
    standing: "failing",
    action: "fix",
    forbidden: "annotate what waits for it",
    retries: "when it exists",
  },
  cycle: {
    subject: "HelmRelease, Kustomization, ResourceSet",
    name: "dependency cycle",
    meaning: "it depends on itself, by way of others",
    standing: "stuck",
    action: "fix",
    forbidden: "annotate",
    retries: "never",
  },
  X0: {
    subject: others,
    name: "terminating",
    meaning: "it is being deleted",
    standing: "terminating",
    action: "none",
    forbidden: "strip finalizers",
    retries: "at the latest in 15m",
  },
  X1: {
    subject: others,
    name: "suspended",
    meaning: "a person suspended it",
    standing: "suspended",
    action: "none",
    forbidden: "resume",
    retries: "never",
  },
  X2: {
    subject: others,
    name: "not ready",
    meaning: "its controller reports a failure",
    standing: "failing",
    action: "fix",
    forbidden: "retry in a loop",
    retries: "at the latest in 15m",
  },
  X3: {
    subject: others,
    name: "in progress",
    meaning: "its controller has not taken it up or is not done",
    standing: "waiting",
    action: "wait",
    forbidden: "annotate",
    retries: "now",
  },
  unknown: {
    subject: any,
    name: "not understood",
    meaning: "not Ready for a reason that no row of this table knows, or its status is no status",
    standing: "failing",
    action: "fix",
    forbidden: "repair without a person",
    retries: "unknown",
  },
} as const satisfies Record<string, State>;
