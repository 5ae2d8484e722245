import { Deployment, HelmRelease, OCIRepository } from "../../../scripts/lib/kinds.ts";
import { chart, type Places, release, unschedulable } from "./manifest.ts";
import { app, one, quick, retriesExceeded } from "./release-scenario.ts";
import {
  acting,
  condition,
  exists,
  failed,
  letGo,
  observed,
  ready,
  type Scenario,
  stalled,
} from "./scenario.ts";
import { dropArtifact, patch, remove } from "./steps.ts";

const remediation = { retries: 1, remediateLastFailure: true };
const rollback = { timeout: "5s", remediation: { ...remediation, strategy: "rollback" } };

/** A release whose spec changes while its install is waited for. */
function superseded(name: string, spec: object) {
  const endless = { timeout: "10m", values: unschedulable };
  return {
    name,
    manifests: (places: Places) => [chart(places), release("app", { ...endless, ...spec })],
    steps: [
      {
        resource: HelmRelease,
        name: "app",
        when: acting,
        act: patch({ spec: { values: { ...unschedulable, replicas: 2 } } }),
      },
    ],
  };
}

/** HelmReleases that come to their states on the way. */
export const movedReleases: readonly Scenario[] = [
  { ...one("release-new", "new", {}, exists), passing: true },
  {
    name: "release-artifact-lost",
    manifests: (places) => [chart(places), release("app", { suspend: true })],
    steps: [
      { resource: OCIRepository, name: "chart", when: ready, act: dropArtifact },
      {
        resource: HelmRelease,
        name: "app",
        when: observed,
        act: patch({ spec: { suspend: false } }),
      },
    ],
    expect: [app("H5", condition("Ready", { status: "False" }))],
  },
  {
    name: "release-rolled-back",
    manifests: (places) => [chart(places), release("app", { upgrade: rollback })],
    steps: [
      {
        resource: HelmRelease,
        name: "app",
        when: ready,
        act: patch({ spec: { values: unschedulable } }),
      },
    ],
    expect: [app("H10", retriesExceeded)],
  },
  {
    name: "release-rolling-back",
    manifests: (places) => [chart(places), release("app", { upgrade: rollback })],
    steps: [
      {
        resource: HelmRelease,
        name: "app",
        when: ready,
        act: patch({ spec: { values: unschedulable } }),
      },
    ],
    expect: [app("H16", condition("Remediated", { status: "True", reason: "RollbackSucceeded" }))],
    passing: true,
  },
  {
    name: "release-uninstalled",
    manifests: (places) => [
      chart(places),
      release("app", {
        ...quick,
        values: unschedulable,
        install: { remediation },
      }),
    ],
    expect: [app("H10", retriesExceeded)],
  },
  {
    name: "release-without-rollback-target",
    manifests: (places) => [
      chart(places),
      release("app", {
        ...quick,
        values: unschedulable,
        upgrade: rollback,
      }),
    ],
    steps: [
      {
        resource: HelmRelease,
        name: "app",
        when: retriesExceeded,
        act: patch({ spec: { values: { ...unschedulable, replicas: 2 } } }),
      },
    ],
    expect: [app("H11", stalled("MissingRollbackTarget"))],
  },
  {
    name: "release-drifted",
    manifests: (places) => [
      chart(places),
      release("app", { interval: "5s", driftDetection: { mode: "warn" } }),
    ],
    steps: [
      {
        resource: HelmRelease,
        name: "app",
        when: ready,
        act: (stage, at) =>
          stage.cluster.patch({ ...at, resource: Deployment }, { spec: { replicas: 3 } }, "person"),
      },
    ],
    expect: [app("H16", condition("Drifted", { status: "True" }))],
  },
  {
    ...superseded("release-superseded", {
      install: { strategy: { name: "RetryOnFailure", retryInterval: "10m" } },
    }),
    expect: [app("H14", failed("HealthCheckCanceled"))],
    passing: true,
  },
  {
    // Without retries the cancelled health check was the only attempt.
    ...superseded("release-superseded-for-good", {}),
    expect: [app("H10", retriesExceeded)],
    passing: true,
  },
  {
    name: "release-held",
    manifests: (places) => [
      chart(places),
      release("app", {}, { finalizers: ["example.com/hold"] }),
    ],
    steps: [
      {
        resource: HelmRelease,
        name: "app",
        when: ready,
        act: remove,
      },
    ],
    expect: [app("H0", letGo)],
  },
];
