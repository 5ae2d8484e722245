import type { StateCase } from "./case.ts";
import { controllers } from "./controllers.ts";
import {
  ago,
  condition,
  gitRepository,
  helmChart,
  helmRepository,
  imagePolicy,
  notReady,
  ready,
  untouched,
} from "./objects.ts";

function of(state: StateCase["state"], what: string, parts: Parameters<typeof gitRepository>[1]) {
  return { state, what, objects: [gitRepository("fleet", parts), ...controllers] } as const;
}

function fetchFailed(reason: string, message = "it failed", seconds = 30) {
  const failed = condition("FetchFailed", "True", reason, { message, seconds });
  return { conditions: [failed, notReady(reason, message)] };
}

const charts = helmRepository("charts", { conditions: [ready()] });

export const sourceCases: readonly StateCase[] = [
  of("ok", "Ready", { conditions: [ready()] }),
  {
    state: "ok",
    what: "a Helm repository of type oci, which never gets a status",
    objects: [untouched(helmRepository("charts", { spec: { type: "oci" } })), ...controllers],
  },
  {
    state: "G0",
    what: "never observed",
    objects: [untouched(gitRepository("fleet")), ...controllers],
  },
  of("G1", "a wrong credential", fetchFailed("AuthenticationFailed")),
  of(
    "G1",
    "a wrong credential, said by Git",
    fetchFailed("GitOperationFailed", "authentication required"),
  ),
  of(
    "G2",
    "a branch that does not exist",
    fetchFailed("GitOperationFailed", "couldn't find remote ref"),
  ),
  of(
    "G2",
    "a name that does not resolve",
    fetchFailed("GitOperationFailed", "dial tcp: no such host"),
  ),
  of("G2", "content that cannot be read", { conditions: [notReady("ArchiveOperationFailed")] }),
  {
    state: "G3",
    what: "its repository had no artifact minutes ago",
    objects: [helmChart("web", fetchFailed("NoSourceArtifact", "none", 300)), charts],
  },
  {
    state: "G3",
    what: "its repository had no artifact a moment ago",
    objects: [helmChart("web", fetchFailed("SourceUnavailable", "not found", 5)), charts],
    action: "wait",
  },
  of("G4", "the disk is full", {
    conditions: [
      condition("StorageOperationFailed", "True", "DirectoryCreationFailed"),
      notReady("x"),
    ],
  }),
  of("G5", "a wrong URL", {
    conditions: [
      condition("FetchFailed", "True", "URLInvalid"),
      condition("Stalled", "True", "URLInvalid"),
      notReady("URLInvalid"),
    ],
  }),
  of("G6", "a signature that does not hold", {
    conditions: [
      condition("SourceVerified", "False", "VerificationError"),
      notReady("VerificationError"),
    ],
  }),
  of("G7", "being deleted", { metadata: { deletionTimestamp: ago(10) } }),
  of("G8", "suspended", { spec: { suspend: true }, conditions: [ready()] }),
  of("G9", "in progress", {
    conditions: [
      condition("Reconciling", "True", "Progressing"),
      condition("Ready", "Unknown", "Progressing"),
    ],
  }),
  of("G9", "Ready at an older generation", {
    conditions: [condition("Ready", "True", "Succeeded", { observedGeneration: 1 })],
  }),
];

function policy(state: StateCase["state"], what: string, parts: Parameters<typeof imagePolicy>[1]) {
  return { state, what, objects: [imagePolicy("web", parts)] } as const;
}

export const otherCases: readonly StateCase[] = [
  policy("ok", "Ready", { conditions: [ready()] }),
  policy("X0", "being deleted", { metadata: { deletionTimestamp: ago(10) } }),
  policy("X1", "suspended", { spec: { suspend: true } }),
  policy("X2", "failed", { conditions: [notReady("DependencyNotReady")] }),
  {
    ...policy("X2", "given up", {
      conditions: [notReady("InvalidPolicy"), condition("Stalled", "True", "InvalidPolicy")],
    }),
    standing: "stuck",
    nextRetry: "never",
  },
  policy("X3", "nothing said yet", {}),
  { state: "new", what: "created just now", objects: [untouched(imagePolicy("web"), 5)] },
];
