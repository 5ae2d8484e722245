import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { chartDigest } from "../../components/flux/local-chart.ts";
import { FakeApiServer } from "../support/api-server.ts";
import { type MockEngine, ownership, plain } from "../support/mocks.ts";
import { ClusterRecords } from "../support/program.ts";

const records = new ClusterRecords();
let server: FakeApiServer;
let engine: MockEngine;
before(async () => {
  server = await FakeApiServer.start();
  records.add("dev", server.kubeconfig());
  const stdout = { "scripts/identity.ts": { uid: FakeApiServer.uid } };
  const config = {
    cluster: { kind: "embedded" },
    sync: { path: "./clusters/dev" },
    flux: { controllerPatches: [{ patch: "a patch", target: { kind: "Deployment" } }] },
    gitUsername: "ada",
    gitPassword: "git-password",
    runtimeInfo: { REGION: "here" },
    postBootstrap: { required: "all", expectKustomizations: ["flux-system/apps"] },
  };
  ({ engine } = await records.run({ config, stdout }));
});
after(async () => {
  records.remove();
  await server.stop();
});

const inputs = (name: string) => plain(engine.get(name).inputs) as Record<string, unknown>;

const labels = { "reconcile.fluxcd.io/watch": "Enabled" };
const inFlux = { namespace: "flux-system", labels, annotations: ownership };

describe("the Kubernetes objects", () => {
  it("include the namespace under the strictest profile and with our label", () => {
    assert.deepEqual(inputs("flux-operator-namespace")["metadata"], {
      name: "flux-system",
      labels: {
        "flux-bootstrap.dev/stack": "organization.flux-bootstrap.dev",
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/warn": "restricted",
        "pod-security.kubernetes.io/audit": "restricted",
      },
    });
  });

  it("include the operator's release under its own name", () => {
    const { compat, ...release } = inputs("flux-operator-release");
    assert.equal(compat, "true");
    assert.deepEqual(release, {
      name: "flux-operator",
      namespace: "flux-system",
      chart: "embedded/chart/flux-operator",
      description: `chart ${chartDigest("embedded/chart/flux-operator")}`,
      values: { web: { enabled: false } },
      timeout: 300,
      maxHistory: 5,
      atomic: false,
      skipCrds: false,
      skipAwait: false,
      replace: true,
    });
  });

  it("include the demo age key, which nobody had to configure", () => {
    const secret = inputs("flux-credentials-age");
    const { "demo.agekey": key = "" } = secret["stringData"] as Record<string, string>;
    assert.deepEqual(secret["metadata"], { name: "sops-age", ...inFlux });
    assert.match(key, /^AGE-SECRET-KEY-1/m);
  });

  it("include the credentials of the source", () => {
    const secret = inputs("flux-credentials-source");
    assert.deepEqual(secret["metadata"], { name: "flux-system", ...inFlux });
    assert.deepEqual(secret["stringData"], { username: "ada", password: "git-password" });
  });

  it("include what Git cannot know of the cluster", () => {
    const { metadata, data } = inputs("flux-credentials-runtime-info");
    assert.deepEqual(metadata, { name: "flux-runtime-info", ...inFlux });
    assert.deepEqual(data, {
      CLUSTER_NAME: "dev",
      CLUSTER_KIND: "embedded",
      ENVIRONMENT: "dev",
      CHART_REGISTRY: "127.0.0.1:5000",
      REGION: "here",
    });
  });

  it("include a FluxInstance without a sync, with the patches of the later root", () => {
    assert.deepEqual(inputs("flux-instance-object"), {
      apiVersion: "fluxcd.controlplane.io/v1",
      kind: "FluxInstance",
      metadata: {
        name: "flux",
        namespace: "flux-system",
        annotations: { "pulumi.com/waitFor": "condition=Ready" },
      },
      spec: {
        distribution: { version: "2.9.4", registry: "ghcr.io/fluxcd" },
        components: [
          "source-controller",
          "kustomize-controller",
          "helm-controller",
          "notification-controller",
        ],
        cluster: {
          type: "kubernetes",
          size: "medium",
          multitenant: false,
          networkPolicy: true,
          domain: "cluster.local",
        },
        kustomize: {
          patches: [
            {
              target: { kind: "Kustomization", name: "flux-system" },
              patch: JSON.stringify([
                { op: "add", path: "/spec/retryInterval", value: "30s" },
                {
                  op: "add",
                  path: "/spec/decryption",
                  value: { provider: "sops", secretRef: { name: "sops-age" } },
                },
              ]),
            },
            { patch: "a patch", target: { kind: "Deployment" } },
          ],
        },
      },
    });
  });

  it("include the sync as fields of an owner that never changes", () => {
    assert.deepEqual(inputs("flux-sync-patch"), {
      apiVersion: "fluxcd.controlplane.io/v1",
      kind: "FluxInstance",
      metadata: {
        name: "flux",
        namespace: "flux-system",
        annotations: {
          "pulumi.com/patchFieldManager": "flux-bootstrap-sync",
          "pulumi.com/skipAwait": "true",
        },
      },
      spec: {
        sync: {
          kind: "GitRepository",
          url: "http://127.0.0.1:8080/fleet.git",
          ref: "refs/heads/main",
          path: "./clusters/dev",
          interval: "1m",
          pullSecret: "flux-system",
        },
      },
    });
  });
});

type Environment = Readonly<Record<string, string | undefined>>;

const report = { REPORT_DIRECTORY: ".flux-bootstrap/dev" };
const dev = { CLUSTER_NAME: "dev", CLUSTER_KIND: "embedded", ...report };
const claim = { ADOPTS: '{"objects":[],"sync":false}', FORCED: "false" };
const scripts: readonly (readonly [name: string, command: object, environment: Environment])[] = [
  ["cluster-identity", { create: "scripts/identity.ts" }, { CLUSTER_UID: undefined, ...claim }],
  [
    "flux-operator-crds",
    { create: "scripts/crds.ts" },
    {
      CRDS: [
        "fluxinstances.fluxcd.controlplane.io",
        "fluxreports.fluxcd.controlplane.io",
        "resourcesets.fluxcd.controlplane.io",
        "resourcesetinputproviders.fluxcd.controlplane.io",
      ].join(","),
      CRDS_TIMEOUT: "2m",
    },
  ],
  [
    "reconcile-gate-script",
    { create: "scripts/gate.ts" },
    {
      GATE_COMPONENTS:
        "source-controller,kustomize-controller,helm-controller,notification-controller",
      GATE_TIMEOUT: "2m",
    },
  ],
  [
    "drain-script",
    { create: "scripts/drain-record.ts", delete: "scripts/drain.ts" },
    { ...dev, DRAIN_TIMEOUT: "10m", DRAIN_VOLUMES: "delete", DRAIN_HOOKS: "[]" },
  ],
  [
    "flux-sync-probe",
    { create: "scripts/probe.ts" },
    {
      PROBE_SOURCE: JSON.stringify({
        kind: "GitRepository",
        url: "http://127.0.0.1:8080/fleet.git",
        ref: "refs/heads/main",
        interval: "1m",
        pullSecret: "flux-system",
      }),
      PROBE_TIMEOUT: "60s",
      PROBE_SETTING: "gitPassword",
    },
  ],
  [
    "post-bootstrap-script",
    { create: "scripts/post-bootstrap.ts" },
    {
      REQUIRED: "all",
      EXPECT_KUSTOMIZATIONS: '["flux-system/apps"]',
      POST_BOOTSTRAP_TIMEOUT: "10m",
      REPAIR: "true",
      AUTO_FIX_PODS: "off",
      ...report,
      GATE_RESULT: '{"token":"gate-1","seconds":0.2,"controllers":[]}',
    },
  ],
];

describe("the scripts", () => {
  for (const [name, command, own] of scripts) {
    it(`include ${name} with everything in its environment and nothing in its command`, () => {
      const { environment, triggers, ...rest } = inputs(name);
      assert.ok(triggers === undefined || Array.isArray(triggers));
      assert.deepEqual(rest, {
        interpreter: ["node", "--disable-warning=ExperimentalWarning"],
        update: "scripts/keep.ts",
        addPreviousOutputInEnv: true,
        logging: "stderr",
        ...command,
      });
      const common: Environment = {
        KUBECONFIG_CONTENT: server.kubeconfig(),
        CLUSTER_UID: FakeApiServer.uid,
        FLUX_NAMESPACE: "flux-system",
      };
      // JSON leaves out what is undefined.
      assert.deepEqual(environment, JSON.parse(JSON.stringify({ ...common, ...own })));
    });
  }
});
