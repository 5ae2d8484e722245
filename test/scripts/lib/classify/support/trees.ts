import type { StateCase } from "./case.ts";
import { controllers, controllersWith } from "./controllers.ts";
import {
  ago,
  condition,
  fluxInstance,
  gitRepository,
  kustomization,
  notReady,
  ready,
  resourceSet,
  untouched,
} from "./objects.ts";

const repository = gitRepository("flux-system", { conditions: [ready()] });

function of(state: StateCase["state"], what: string, parts: Parameters<typeof kustomization>[1]) {
  return {
    state,
    what,
    objects: [kustomization("apps", parts), repository, ...controllers],
  } as const;
}

function checking(seconds: number) {
  const message = "Running health checks for revision main@sha1:1 with a timeout of 5m0s";
  return [
    condition("Reconciling", "True", "Progressing", { message, seconds }),
    condition("Ready", "Unknown", "Progressing", { message: "Reconciliation in progress" }),
  ];
}

export const treeCases: readonly StateCase[] = [
  of("ok", "Ready", { conditions: [ready()] }),
  of("K0", "being deleted", { metadata: { deletionTimestamp: ago(10) } }),
  {
    state: "K1",
    what: "never observed",
    objects: [untouched(kustomization("apps")), ...controllers],
  },
  {
    state: "K1",
    what: "kustomize-controller is idle",
    objects: [untouched(kustomization("apps")), ...controllers],
    parts: { answers: { "kustomize-controller": "answered" } },
    standing: "stuck",
    action: "reconcile",
    nextRetry: "never",
  },
  {
    state: "K1",
    what: "four health checks hold four workers",
    objects: [
      untouched(kustomization("apps")),
      ...["a", "b", "c", "d"].map((name) => kustomization(name, { conditions: checking(20) })),
      ...controllers,
    ],
    action: "raise-concurrency",
    nextRetry: "when a worker is free",
  },
  {
    state: "K1",
    what: "kustomize-controller crashes",
    objects: [
      untouched(kustomization("apps")),
      ...controllersWith("kustomize-controller", { replicas: 0 }),
    ],
    action: "fix",
  },
  {
    ...of("K2", "its source does not exist", {
      conditions: [notReady("ArtifactFailed", 'GitRepository "flux-system" not found')],
    }),
    nextRetry: "at the latest in 10m00s",
  },
  {
    ...of("K2", "its source does not exist, with a retryInterval", {
      spec: { retryInterval: "30s" },
      conditions: [notReady("ArtifactFailed", "Source 'GitRepository/flux-system' not found")],
    }),
    nextRetry: "at the latest in 30s",
  },
  of("K3", "no artifact", {
    conditions: [notReady("ArtifactFailed", "Source artifact not found, retrying in 30s")],
  }),
  {
    ...of("K3", "the artifact cannot be fetched", {
      conditions: [notReady("ArtifactFailed", "failed to download archive: connection refused")],
    }),
    standing: "failing",
  },
  of("K4", "its dependency is not Ready", {
    conditions: [notReady("DependencyNotReady", "dependency 'flux-system/base' is not ready")],
  }),
  {
    ...of("K5", "it cannot be built", {
      conditions: [notReady("BuildFailed", "kustomize build failed: accumulating resources")],
    }),
    nextRetry: "at the latest in 10m00s",
  },
  {
    ...of("K5", "its path does not exist", {
      conditions: [
        notReady("ArtifactFailed", "kustomization path not found: stat /tmp/x: no such"),
      ],
    }),
    nextRetry: "at the latest in 10m00s",
  },
  {
    ...of("K6", "a CRD is missing", {
      conditions: [
        notReady(
          "ReconciliationFailed",
          'Widget/apps/w dry-run failed: no matches for kind "Widget"',
        ),
      ],
    }),
    nextRetry: "at the latest in 10m00s",
  },
  {
    ...of("K6", "an immutable field", {
      conditions: [notReady("ReconciliationFailed", "Job/apps/j: field is immutable")],
    }),
    action: "fix",
    nextRetry: "at the latest in 10m00s",
  },
  {
    ...of("K7", "an object cannot be deleted", {
      conditions: [notReady("PruneFailed", "ConfigMap/apps/c delete failed: denied the request")],
    }),
    nextRetry: "at the latest in 10m00s",
  },
  {
    ...of("K8", "its health check failed, and all is healthy now", {
      conditions: [
        notReady("HealthCheckFailed", "health check failed after 5m: timeout waiting for: []"),
        condition("Healthy", "False", "HealthCheckFailed"),
      ],
    }),
    nextRetry: "at the latest in 10m00s",
  },
  {
    ...of("K8", "its health check failed, whose words stand in Reconciling", {
      conditions: [
        ...checking(70).filter(({ type }) => type === "Reconciling"),
        notReady("HealthCheckFailed", "timeout waiting for: []"),
      ],
    }),
    nextRetry: "at the latest in 10m00s",
  },
  {
    ...of("K9", "it checks health", { conditions: checking(70) }),
    nextRetry: "when the health check ends, at the latest in 3m50s",
    text: "checking health for 1m10s of 5m00s",
  },
  {
    ...of("K9", "in the words of older releases", {
      conditions: [
        condition("Ready", "Unknown", "Progressing", {
          message: "running health checks with a timeout of 9m30s",
        }),
      ],
    }),
    nextRetry: "when the health check ends, at the latest in 9m00s",
  },
  {
    ...of("K9", "over its time-out", { conditions: checking(400) }),
    standing: "stuck",
    action: "reconcile",
    nextRetry: "unknown",
  },
  of("K10", "a newer revision came", { conditions: [notReady("HealthCheckCanceled")] }),
  of("K11", "suspended", { spec: { suspend: true } }),
  of("K12", "refused", {
    conditions: [condition("Stalled", "True", "AccessDenied"), notReady("AccessDenied")],
  }),
  of("K13", "it fetches its manifests", {
    conditions: [
      condition("Reconciling", "True", "Progressing", { message: "Fetching manifests" }),
      condition("Ready", "Unknown", "Progressing"),
    ],
  }),
  of("K13", "Ready, and the rest of its status not written yet", {
    conditions: [ready()],
    status: { observedGeneration: -1 },
  }),
  of("K13", "failed at an older generation", {
    conditions: [condition("Ready", "False", "BuildFailed", { observedGeneration: 1 })],
  }),
  of("unknown", "a reason that nobody knows", {
    conditions: [notReady("DirectoryCreationFailed")],
  }),
];

function set(state: StateCase["state"], what: string, parts: Parameters<typeof resourceSet>[1]) {
  return { state, what, objects: [resourceSet("tenants", parts), ...controllers] } as const;
}

export const operatorCases: readonly StateCase[] = [
  set("ok", "Ready", { conditions: [ready()] }),
  set("O0", "being deleted", { metadata: { deletionTimestamp: ago(10) } }),
  set("O1", "disabled", {
    metadata: { annotations: { "fluxcd.controlplane.io/reconcile": "disabled" } },
    conditions: [condition("Ready", "Unknown", "ReconciliationDisabled")],
  }),
  {
    state: "O2",
    what: "never observed",
    objects: [untouched(resourceSet("tenants")), ...controllers],
  },
  set("O3", "waiting for a CRD", { conditions: [notReady("DependencyNotReady")] }),
  {
    state: "O4",
    what: "the distribution cannot be fetched",
    objects: [fluxInstance("flux", { conditions: [notReady("ArtifactFailed")] }), ...controllers],
  },
  set("O5", "a wrong template", {
    conditions: [condition("Stalled", "True", "BuildFailed"), notReady("BuildFailed")],
  }),
  set("O6", "refused by the API server", {
    conditions: [notReady("ReconciliationFailed", "reconciliation failed: no matches for kind")],
  }),
  set("O7", "a child is not healthy", {
    conditions: [
      notReady("ReconciliationFailed", "timeout waiting for: [Pod/apps/x status: 'InProgress']"),
    ],
  }),
  set("O8", "in progress", {
    conditions: [
      condition("Reconciling", "True", "Progressing"),
      condition("Ready", "Unknown", "Progressing"),
    ],
  }),
  set("unknown", "a reason that nobody knows", { conditions: [notReady("NewWords")] }),
];
