import { HelmRelease } from "../../../scripts/lib/kinds.ts";
import { chart, release, secret, unschedulable } from "./manifest.ts";
import { app, one, quick, retriesExceeded } from "./release-scenario.ts";
import { acting, condition, exists, failed, observed, ready, type Scenario } from "./scenario.ts";

/** HelmReleases that come to their states by what they are. */
export const settledReleases: readonly Scenario[] = [
  one("release-ready", "ok", {}, ready),
  one("release-suspended", "H1", { suspend: true }, observed),
  {
    name: "release-dependency",
    manifests: (places) => [
      chart(places),
      release("app", { dependsOn: [{ name: "database" }] }),
      release("database", { values: unschedulable, timeout: "10m" }),
    ],
    expect: [
      app("H3", failed("DependencyNotReady")),
      { resource: HelmRelease, name: "database", state: "H7", when: acting },
    ],
  },
  one(
    "release-without-source",
    "H4",
    { chartRef: { kind: "OCIRepository", name: "gone" } },
    condition("Ready", { status: "False" }),
  ),
  one(
    "release-values-missing",
    "H6",
    { valuesFrom: [{ kind: "Secret", name: "not-there" }] },
    condition("Ready", { status: "False" }),
  ),
  one("release-installing", "H7", { timeout: "10m", values: unschedulable }, acting),
  one(
    "release-retrying",
    "H9",
    {
      ...quick,
      values: unschedulable,
      install: { strategy: { name: "RetryOnFailure", retryInterval: "10m" } },
    },
    failed("InstallFailed"),
  ),
  one("release-out-of-retries", "H10", { ...quick, values: unschedulable }, retriesExceeded),
  // What Helm cannot render or map is no failed release yet: the controller goes on trying, with a growing pause, and
  // while it tries the release is one that installs.
  {
    ...one("release-unknown-kind", "H9", { values: { widget: true } }, failed("InstallFailed")),
    passing: true,
  },
  {
    ...one(
      "release-template",
      "H9",
      { values: { fail: "a host is needed" } },
      failed("InstallFailed"),
    ),
    passing: true,
  },
  one(
    "release-hook",
    "H10",
    { ...quick, values: { hook: { "example.com/pool": "none" } } },
    retriesExceeded,
  ),
  one(
    "release-invalid-expression",
    "H12",
    {
      healthCheckExprs: [{ apiVersion: "apps/v1", kind: "Deployment", current: "status.(" }],
    },
    condition("Stalled", { status: "True" }),
  ),
  one(
    "release-without-rights",
    "H15",
    { serviceAccountName: "default" },
    condition("Ready", { status: "False" }),
  ),
  {
    name: "release-kubeconfig",
    manifests: (places) => [
      chart(places),
      secret("elsewhere", { value: "no kubeconfig" }),
      release("app", { kubeConfig: { secretRef: { name: "elsewhere" } } }),
    ],
    expect: [app("H15", condition("Ready", { status: "False" }))],
  },
  one(
    "release-test-failed",
    "H16",
    { values: { test: true }, test: { enable: true, ignoreFailures: true, timeout: "5s" } },
    condition("TestSuccess", { status: "False" }),
  ),
  {
    name: "release-cycle",
    manifests: (places) => [
      chart(places),
      release("app", { dependsOn: [{ name: "database" }] }),
      release("database", { dependsOn: [{ name: "app" }] }),
    ],
    expect: [
      app("cycle", failed("DependencyNotReady")),
      {
        resource: HelmRelease,
        name: "database",
        state: "cycle",
        when: failed("DependencyNotReady"),
      },
    ],
  },
  {
    name: "release-sharded",
    manifests: (places) => [
      chart(places),
      release("app", {}, { labels: { "sharding.fluxcd.io/key": "none" } }),
    ],
    expect: [app("U2", exists)],
  },
];
