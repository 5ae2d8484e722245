import type { StateCase } from "./case.ts";
import { controllers, controllersWith } from "./controllers.ts";
import {
  ago,
  condition,
  late,
  notReady,
  ociRepository,
  outOfRetries,
  ready,
  release,
  running,
} from "./objects.ts";

const deployed = {
  history: [{ status: "deployed", chartVersion: "1.0.0", lastDeployed: ago(900) }],
  lastAttemptedRevision: "1.0.0",
};
const retrying = condition("Reconciling", "True", "ProgressingWithRetry");
const chart = ociRepository("chart", { conditions: [ready()] });

function of(state: StateCase["state"], what: string, parts: Parameters<typeof release>[1]) {
  return { state, what, objects: [release("web", parts), chart, ...controllers] } as const;
}

/** Releases whose Helm action runs, failed or was lost. */
export const actionCases: readonly StateCase[] = [
  {
    ...of("H7", "an install runs", { conditions: running("install", 40) }),
    nextRetry: "when the install ends, at the latest in 4m20s",
  },
  of("H7", "a remediation runs", {
    conditions: [
      condition("Reconciling", "True", "Progressing", {
        message: "Running 'uninstall' action with timeout of 5m0s",
      }),
      notReady("InstallFailed", late),
    ],
  }),
  of("H7", "an upgrade of a deployed release runs over its time-out by less than the grace", {
    conditions: running("upgrade", 340),
    status: deployed,
  }),
  of("H8", "over its time-out", { conditions: running("install", 400) }),
  {
    state: "H8",
    what: "helm-controller was started after it",
    objects: [
      release("web", { conditions: running("install", 40) }),
      ...controllersWith("helm-controller", { startedAgo: 10, createdAgo: 3600 }),
    ],
  },
  {
    ...of("H8", "an upgrade over its time-out, with the release before it deployed", {
      conditions: running("upgrade", 400),
      status: deployed,
    }),
  },
  {
    ...of("H9", "failed, and tried again at an interval", {
      conditions: [
        notReady("UpgradeFailed", late),
        condition("Reconciling", "True", "ProgressingWithRetry", {
          message: "retrying after 5m0s",
        }),
      ],
    }),
    nextRetry: "in 5m0s",
  },
  {
    ...of("H9", "failed before Helm stored a release", {
      conditions: [
        notReady("InstallFailed", "Helm install failed: template: web/app.yaml:3: nil pointer"),
        condition("Reconciling", "True", "Progressing", {
          message: "Running 'install' action with timeout of 5m0s",
        }),
      ],
    }),
    action: "fix",
    nextRetry: "at the latest in 15m",
  },
  of("H10", "out of retries in time", { conditions: outOfRetries(late) }),
  {
    ...of("H10", "out of retries by a mistake in Git", {
      conditions: outOfRetries("Helm install failed: YAML parse error on web/templates/app.yaml"),
    }),
    action: "fix",
  },
  {
    ...of("H10", "out of retries and rolled back", {
      conditions: [...outOfRetries(late), condition("Remediated", "True", "RollbackSucceeded")],
    }),
    action: "fix",
  },
  of("H10", "out of retries and uninstalled", {
    conditions: [...outOfRetries(late), condition("Remediated", "True", "UninstallSucceeded")],
  }),
  of("H11", "nothing to roll back to", {
    conditions: [condition("Stalled", "True", "MissingRollbackTarget"), notReady("UpgradeFailed")],
  }),
  of("H12", "a cross-namespace reference", {
    conditions: [condition("Stalled", "True", "AccessDenied"), notReady("AccessDenied")],
    status: deployed,
  }),
  of("H13", "deployed, and not Ready for ever", {
    conditions: [notReady("InstallFailed", late)],
    status: deployed,
  }),
  of("H13", "deployed, and still said to be in progress", {
    conditions: [
      condition("Ready", "Unknown", "Progressing", { message: "reconciliation in progress" }),
    ],
    status: deployed,
  }),
  of("Z", "installed, and the status was lost", {
    conditions: running("install", 920),
    status: deployed,
  }),
  of("H14", "a newer revision came", { conditions: [notReady("HealthCheckCanceled"), retrying] }),
  {
    ...of("H14", "a newer revision came, and nothing since", {
      conditions: [notReady("HealthCheckCanceled", "New reconciliation triggered", 1200), retrying],
    }),
    standing: "failing",
    action: "reconcile",
    nextRetry: "unknown",
  },
  of("H15", "no rights", {
    conditions: [notReady("RESTClientError", "secrets is forbidden: User cannot list resource")],
  }),
  {
    ...of("H15", "the API server was away", {
      conditions: [notReady("StateError", "Could not determine release state: connection refused")],
    }),
    action: "reconcile",
  },
  of("H16", "rolled back", {
    conditions: [
      notReady("RollbackSucceeded"),
      condition("Remediated", "True", "RollbackSucceeded"),
    ],
    status: deployed,
  }),
  of("H16", "a test failed", {
    conditions: [notReady("TestFailed"), condition("TestSuccess", "False", "TestFailed")],
    status: deployed,
  }),
  {
    ...of("H16", "drifted, and only warned of", {
      conditions: [ready(), condition("Drifted", "True", "DriftDetected")],
    }),
    standing: "ready",
    action: "none",
  },
  {
    ...of("H16", "a test failed and is ignored", {
      conditions: [ready(), condition("TestSuccess", "False", "TestFailed")],
    }),
    standing: "ready",
    action: "none",
  },
  of("H17", "Ready at an older generation", {
    conditions: [condition("Ready", "True", "Succeeded", { observedGeneration: 1 })],
  }),
  of("H17", "Ready, and its generation not observed", {
    conditions: [ready()],
    status: { observedGeneration: 1 },
  }),
  of("H17", "out of retries before its spec changed", {
    conditions: outOfRetries(late).map((one) => ({ ...one, observedGeneration: 1 })),
  }),
  of("H17", "seen once", { metadata: { creationTimestamp: ago(20) } }),
  {
    ...of("H17", "in progress for ages", {
      conditions: [
        condition("Reconciling", "True", "Progressing", {
          message: "Fulfilling prerequisites",
          seconds: 4000,
        }),
      ],
    }),
    standing: "failing",
    action: "reconcile",
    nextRetry: "unknown",
  },
  of("unknown", "a reason that nobody knows", { conditions: [notReady("NewWords", "later")] }),
  {
    ...of("unknown", "given up for a reason that nobody knows", {
      conditions: [condition("Stalled", "True", "NewWords"), notReady("NewWords")],
    }),
    standing: "stuck",
  },
  {
    ...of("H10", "kept off by a person", {
      metadata: { annotations: { "kustomize.toolkit.fluxcd.io/reconcile": "disabled" } },
      conditions: outOfRetries(late),
    }),
    action: "none",
  },
  {
    state: "cycle",
    what: "two releases depend on each other",
    objects: [
      release("web", {
        spec: { dependsOn: [{ name: "db" }] },
        conditions: [notReady("DependencyNotReady"), retrying],
      }),
      release("db", {
        spec: { dependsOn: [{ name: "web", namespace: "apps" }] },
        conditions: [notReady("DependencyNotReady"), retrying],
      }),
      ...controllers,
    ],
    text: "HelmRelease/apps/db → HelmRelease/apps/web → HelmRelease/apps/db",
  },
];
