import { generateIdentity } from "age-encryption";

import {
  Deployment,
  GitRepository,
  HelmRelease,
  Kustomization,
  Pod,
} from "../../../scripts/lib/kinds.ts";
import { refuse } from "./admission.ts";
import { applied, healthChecks, one, tree } from "./kustomization-scenario.ts";
import { chart, kustomization, repository, secret } from "./manifest.ts";
import { condition, exists, failed, ready, type Scenario, stalled } from "./scenario.ts";

const built = failed("BuildFailed");
/** An age key for which nothing is encrypted. */
const strangersKey = await generateIdentity();

const decryption = { provider: "sops", secretRef: { name: "sops-age" } };

/** Kustomizations that come to their states by what they are. */
export const settledKustomizations: readonly Scenario[] = [
  one("tree-ready", "ok", { path: "./good" }, ready),
  one("tree-suspended", "K11", { path: "./good", suspend: true }, exists),
  {
    name: "tree-sharded",
    manifests: (places) => [
      repository(places),
      kustomization("tree", { path: "./good" }, { labels: { "sharding.fluxcd.io/key": "none" } }),
    ],
    expect: [tree("K1", exists)],
  },
  {
    name: "tree-without-source",
    manifests: () => [kustomization("tree", { path: "./good" })],
    expect: [tree("K2", failed("ArtifactFailed"))],
  },
  {
    name: "tree-without-artifact",
    manifests: (places) => [
      repository(places, { ref: { branch: "nowhere" } }),
      kustomization("tree", { path: "./good" }),
    ],
    expect: [
      tree("K3", failed("ArtifactFailed", /artifact not found/)),
      {
        resource: GitRepository,
        name: "repository",
        state: "G2",
        when: failed("GitOperationFailed"),
      },
    ],
  },
  {
    name: "tree-dependency",
    manifests: (places) => [
      repository(places),
      kustomization("base", { path: "./no-such-directory" }),
      kustomization("tree", { path: "./good", dependsOn: [{ name: "base" }] }),
    ],
    expect: [
      tree("K4", failed("DependencyNotReady")),
      { resource: Kustomization, name: "base", state: "K5", when: failed("ArtifactFailed") },
    ],
  },
  one("tree-broken", "K5", { path: "./broken" }, built),
  one(
    "tree-variable",
    "K5",
    { path: "./variable", postBuild: { substitute: { ZONE: "a" } } },
    condition("Ready", { status: "False" }),
  ),
  {
    name: "tree-wrong-key",
    manifests: (places) => [
      repository(places),
      secret("sops-age", { "identity.agekey": strangersKey }),
      kustomization("tree", { path: "./encrypted", decryption }),
    ],
    expect: [tree("K5", condition("Ready", { status: "False" }))],
  },
  one("tree-encrypted", "K6", { path: "./encrypted-data" }, applied),
  one("tree-unknown-kind", "K6", { path: "./unknown-kind" }, applied),
  one("tree-without-rights", "K6", { path: "./good", serviceAccountName: "default" }, applied),
  one("tree-unhealthy", "K8", { path: "./unhealthy", wait: true }, failed("HealthCheckFailed")),
  {
    name: "tree-stalled-child",
    manifests: (places) => [
      repository(places),
      chart(places),
      kustomization("tree", {
        path: "./stalled-child",
        wait: true,
        timeout: "1m",
        targetNamespace: "tree-stalled-child",
      }),
    ],
    expect: [
      tree("K8", failed("HealthCheckFailed")),
      { resource: HelmRelease, name: "child", state: "H10", when: stalled("RetriesExceeded") },
    ],
  },
  one("tree-waiting", "K9", { path: "./unhealthy", wait: true, timeout: "10m" }, healthChecks),
  {
    name: "tree-pod",
    manifests: (places) => [
      repository(places),
      kustomization("tree", {
        path: "./pod",
        wait: true,
        timeout: "10m",
        targetNamespace: "tree-pod",
      }),
    ],
    expect: [
      tree("K8", failed("HealthCheckFailed")),
      {
        resource: Pod,
        name: "alone",
        state: "W1",
        when: condition("PodScheduled", { status: "False", reason: "Unschedulable" }),
      },
    ],
  },
  {
    name: "tree-without-pods",
    manifests: (places) => [
      ...refuse({
        namespace: "tree-without-pods",
        operation: "CREATE",
        apiGroup: "",
        resource: "pods",
        message: "no pod for anyone",
      }),
      repository(places),
      kustomization("tree", {
        path: "./web",
        wait: true,
        timeout: "10m",
        targetNamespace: "tree-without-pods",
      }),
    ],
    expect: [
      tree("K9", healthChecks),
      {
        resource: Deployment,
        name: "web",
        state: "W0",
        when: condition("ReplicaFailure", { status: "True" }),
      },
    ],
  },
  one(
    "tree-invalid-expression",
    "K12",
    {
      path: "./good",
      wait: true,
      healthCheckExprs: [{ apiVersion: "v1", kind: "ConfigMap", current: "data.(" }],
    },
    condition("Stalled", { status: "True" }),
  ),
];
