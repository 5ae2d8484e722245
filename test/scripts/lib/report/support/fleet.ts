import type { Outcome } from "../../../../../scripts/lib/report/report.ts";
import type { Key } from "../../../../../scripts/lib/tree/owner.ts";
import { at, cause, diagnosis, outcome, type Planned, pod, repair } from "./outcome.ts";

const root = "Kustomization/flux-system/flux-system";
const infrastructure = "Kustomization/flux-system/infrastructure";
const apps = "Kustomization/flux-system/apps";

type Row = readonly [
  namespace: string,
  name: string,
  created: number,
  ready: number,
  after?: string,
];

const infrastructureReleases: readonly Row[] = [
  ["cert-manager", "cert-manager", 31, 44],
  ["ingress", "ingress-nginx", 31, 49, "cert-manager"],
  ["monitoring", "metrics-server", 32, 39],
  ["storage", "snapshot-controller", 32, 41],
  ["security", "policy-agent", 32, 47],
];

const appReleases: readonly Row[] = [
  ["backoffice", "admin", 57, 89],
  ["backoffice", "mailer", 58, 87],
  ["catalog", "indexer", 58, 89, "prices"],
  ["catalog", "prices", 58, 77],
  ["checkout", "invoices", 58, 94, "orders"],
  ["checkout", "orders", 58, 83],
  ["checkout", "shipping", 59, 90],
  ["monitoring", "grafana", 58, 110],
  ["shop", "database", 60, 82],
  ["shop", "cart", 60, 101, "database"],
  ["shop", "search", 60, 88, "database"],
  ["shop", "storefront", 61, 117, "cart"],
  ["shop", "wishlist", 61, 96, "database"],
];

const keyOf = ([namespace, name]: Row): Key => `HelmRelease/${namespace}/${name}`;

function release(parent: Key) {
  return ([namespace, name, created, ready, after]: Row): Planned => ({
    kind: "HelmRelease",
    namespace,
    name,
    created,
    ready,
    parent,
    source: "HelmRepository/charts",
    ...(after !== undefined && { dependsOn: [after] }),
  });
}

function layer(name: string, more: Omit<Planned, "kind" | "name">): Planned {
  return {
    kind: "Kustomization",
    name,
    parent: root,
    source: "GitRepository/flux-system",
    ...more,
  };
}

const objects: readonly Planned[] = [
  { kind: "GitRepository", name: "flux-system", created: 28, ready: 30 },
  layer("flux-system", { created: 28, ready: 30, children: [infrastructure, apps] }),
  layer("infrastructure", { created: 30, ready: 56, children: infrastructureReleases.map(keyOf) }),
  layer("apps", {
    created: 30,
    ready: 118,
    dependsOn: ["infrastructure"],
    children: appReleases.map(keyOf),
  }),
  { kind: "HelmRepository", name: "charts", created: 31, ready: 33, parent: infrastructure },
  ...infrastructureReleases.map(release(infrastructure)),
  ...appReleases.map(release(apps)),
];

const phases = [
  { name: "flux-operator", start: 0, end: 8 },
  { name: "15 definitions", start: 0, end: 9 },
  { name: "FluxInstance", start: 5, end: 16 },
  { name: "reconcile gate", start: 19.8, end: 20.8 },
  { name: "sync attached", start: 28, end: 30 },
  { name: "3 Kustomizations", start: 28, end: 118 },
  { name: "18 HelmReleases", start: 31, end: 117 },
];

const waits = [
  {
    what: "the controllers' answers to the canaries",
    boundSeconds: 120,
    seconds: 1,
    reached: true,
  },
];

/** A bootstrap in which everything became Ready. */
export function wellOutcome(more: Partial<Outcome> = {}): Outcome {
  const reached = {
    what: "what the sync brings (required: all)",
    boundSeconds: 600,
    seconds: 91,
    reached: true,
  };
  return outcome(objects, {
    phases,
    seconds: { sync: 2, all: 90 },
    waits: [...waits, reached],
    ...more,
  });
}

const broken = new Set(["database", "cart", "search", "storefront", "wishlist"]);
const affected = [
  apps,
  ...["cart", "search", "storefront", "wishlist"].map((name) => `HelmRelease/shop/${name}`),
];

/** The same with one release that gave up, what it holds up, and another one that was repaired. */
export function brokenOutcome(more: Partial<Outcome> = {}): Outcome {
  const message =
    "install retries exhausted: Helm install failed for release shop/database with chart postgres@16.4.1: " +
    "context deadline exceeded";
  const planned = objects.map((plan): Planned => {
    if (plan.kind === "Kustomization" && plan.name === "apps") {
      return {
        ...plan,
        ready: undefined,
        reason: "HealthCheckFailed",
        message: "failed early due to stalled resources",
      };
    }
    if (plan.namespace !== "shop" || !broken.has(plan.name)) return plan;
    return plan.name === "database"
      ? { ...plan, ready: undefined, reason: "RetriesExceeded", message, stalled: true }
      : {
          ...plan,
          ready: undefined,
          reason: "DependencyNotReady",
          message: "dependency 'shop/database' is not ready",
        };
  });
  return outcome(planned, {
    failure: "6 of 23 required objects are not Ready and will not become so",
    phases: phases.map((phase) =>
      phase.start > 27.9 && phase.end > 100 ? { ...phase, end: undefined } : phase,
    ),
    seconds: { sync: 2, all: undefined },
    waits: [
      ...waits,
      {
        what: "what the sync brings (required: all)",
        boundSeconds: 600,
        seconds: 102,
        reached: false,
        lastState: "17 of 23 Ready",
      },
    ],
    diagnosis: diagnosis([
      cause({
        text: `RetriesExceeded: ${message}`,
        evidence: [
          { field: "status.conditions[Stalled].reason", value: "RetriesExceeded" },
          { field: "status.observedGeneration", value: "1 (its generation)" },
          { field: "status.installFailures", value: "4" },
        ],
        affected,
        next: "npm run fleet -- repair HelmRelease/shop/database --dry-run",
      }),
    ]),
    repairs: [repair()],
    pods: [pod()],
    recording: ".flux-bootstrap/dev/recording.jsonl",
    generatedAt: at(131),
    ...more,
  });
}
