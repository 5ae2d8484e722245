import type { StateCase } from "./case.ts";
import { actionCases } from "./actions.ts";
import { controller, controllers, controllersWith } from "./controllers.ts";
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
  untouched,
} from "./objects.ts";

const retrying = condition("Reconciling", "True", "ProgressingWithRetry");
const chart = ociRepository("chart", { conditions: [ready()] });

function of(state: StateCase["state"], what: string, parts: Parameters<typeof release>[1]) {
  return { state, what, objects: [release("web", parts), chart, ...controllers] } as const;
}

const neverSeen = untouched(release("web"));
const shard = { "sharding.fluxcd.io/key": "blue" };
const busy = ["a", "b", "c", "d"].map((name) =>
  release(name, { conditions: running("install", 20) }),
);

const waiting: readonly StateCase[] = [
  of("ok", "Ready at its generation", { conditions: [ready("InstallSucceeded")] }),
  of("H0", "being deleted", {
    metadata: { deletionTimestamp: ago(90), finalizers: ["finalizers.fluxcd.io", "acme.io/hold"] },
    conditions: [ready()],
  }),
  { ...of("H1", "suspended", { spec: { suspend: true } }), nextRetry: "never" },
  {
    ...of("H1", "suspended while it fails", {
      spec: { suspend: true },
      conditions: outOfRetries(late),
    }),
  },
  {
    state: "new",
    what: "created 30 s ago",
    objects: [untouched(release("web"), 30), ...controllers],
  },
  { state: "H2", what: "nobody asked helm-controller", objects: [neverSeen, ...controllers] },
  { state: "H2", what: "a dump without controllers", objects: [neverSeen] },
  {
    state: "U0",
    what: "helm-controller is scaled to 0",
    objects: [neverSeen, ...controllersWith("helm-controller", { replicas: 0 })],
  },
  {
    state: "U0",
    what: "there is no helm-controller",
    objects: [
      neverSeen,
      ...controllers.filter(({ metadata }) => !metadata.name.startsWith("helm")),
    ],
  },
  {
    state: "U0",
    what: "helm-controller does not answer",
    objects: [neverSeen, ...controllers],
    parts: { answers: { "helm-controller": "silent" } },
  },
  {
    state: "U1",
    what: "four installs hold four workers",
    objects: [neverSeen, ...busy, ...controllers],
    parts: { answers: { "helm-controller": "answered" } },
    text: "all 4 workers",
  },
  {
    state: "U1",
    what: "four installs hold four workers, and the canary waits, too",
    objects: [neverSeen, ...busy, ...controllers],
    parts: { answers: { "helm-controller": "silent" } },
  },
  {
    state: "U1",
    what: "seen once, and waiting for a worker",
    objects: [release("web", { status: { observedGeneration: -1 } }), ...busy, ...controllers],
  },
  {
    state: "U2",
    what: "helm-controller is idle",
    objects: [neverSeen, ...busy.slice(1), ...controllers],
    parts: { answers: { "helm-controller": "answered" } },
  },
  {
    state: "U2",
    what: "helm-controller was started after four installs, which hold no worker",
    objects: [neverSeen, ...busy, ...controllersWith("helm-controller", { startedAgo: 10 })],
    parts: { answers: { "helm-controller": "answered" } },
  },
  {
    state: "U2",
    what: "helm-controller has more workers than installs",
    objects: [
      neverSeen,
      ...busy,
      ...controllersWith("helm-controller", { args: ["--concurrent=10"] }),
    ],
    parts: { answers: { "helm-controller": "answered" } },
  },
  {
    state: "U2",
    what: "no controller for its shard",
    objects: [
      untouched(release("web", { metadata: { labels: shard } })),
      ...controllersWith("helm-controller", {
        args: ["--watch-label-selector=!sharding.fluxcd.io/key"],
      }),
    ],
    action: "fix",
    text: "no controller serves its shard blue",
  },
  {
    state: "U2",
    what: "no controller for its shard, by a label of one's own",
    objects: [
      untouched(release("web", { metadata: { labels: { "example.com/shard": "blue" } } })),
      ...controllersWith("helm-controller", {
        args: ["--watch-label-selector=!example.com/shard"],
      }),
      ...controller("helm-controller-green", {
        args: ["--watch-label-selector=example.com/shard=green"],
      }),
    ],
    action: "fix",
    text: "no controller serves its shard blue",
  },
  {
    state: "U2",
    what: "helm-controller watches its own namespace only",
    objects: [
      neverSeen,
      ...controllersWith("helm-controller", { args: ["--watch-all-namespaces=false"] }),
    ],
    action: "fix",
  },
  {
    state: "U2",
    what: "neither chart nor chartRef",
    objects: [untouched(release("web", { spec: { chartRef: undefined } })), ...controllers],
    action: "fix",
  },
  {
    state: "U2",
    what: "helm-controller may not patch it",
    objects: [neverSeen, ...controllers],
    parts: {
      answers: { "helm-controller": "silent" },
      logs: new Map([
        [
          "flux-system/helm-controller-5d8b-x2x4z/manager",
          [
            '{"error":"helmreleases.helm.toolkit.fluxcd.io \\"web\\" is forbidden: User \\"system:serviceaccount:flux-system:helm-controller\\" cannot patch resource \\"helmreleases\\" in API group"}',
          ],
        ],
      ]),
    },
    action: "fix",
    text: "cannot patch resource",
  },
  of("H3", "its dependency is not Ready", {
    conditions: [notReady("DependencyNotReady", "dependency 'apps/db' is not ready"), retrying],
  }),
  {
    ...of("H4", "its source was not Ready a moment ago", {
      conditions: [notReady("SourceNotReady", "OCIRepository 'apps/chart' is not ready"), retrying],
    }),
    action: "wait",
  },
  of("H4", "its source was not Ready minutes ago, and is now", {
    conditions: [
      notReady("SourceNotReady", "OCIRepository 'apps/chart' is not ready", 300),
      retrying,
    ],
  }),
  of("H4", "its source did not exist", {
    conditions: [
      notReady("ArtifactFailed", "could not get Source object: not found", 300),
      retrying,
    ],
  }),
  of("H5", "the artifact is gone", {
    conditions: [
      notReady("ArtifactFailed", "Source not ready: artifact not found. Retrying in 30s"),
      retrying,
    ],
  }),
  of("H6", "a Secret of valuesFrom is missing", {
    conditions: [notReady("ValuesError", "could not find Secret 'apps/values'"), retrying],
  }),
];

export const releaseCases: readonly StateCase[] = [...waiting, ...actionCases];
