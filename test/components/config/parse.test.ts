import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import { generateHybridIdentity, generateX25519Identity } from "age-encryption";

import { embedded, existing, good, problems } from "../../support/settings.ts";

const keys = { x25519: "", hybrid: "" };
before(async () => {
  keys.x25519 = await generateX25519Identity();
  keys.hybrid = await generateHybridIdentity();
});

describe("parseConfig", () => {
  it("fills in every default of an embedded cluster", async () => {
    assert.deepEqual(await good(embedded), {
      stackLabel: "organization.flux-bootstrap.dev",
      environment: "dev",
      cluster: { kind: "embedded", name: "dev" },
      operator: {
        chart: undefined,
        version: "0.58.1",
        image: undefined,
        env: {},
        nodeSelector: {},
        tolerations: [],
      },
      flux: {
        version: "2.9.4",
        registry: "ghcr.io/fluxcd",
        imagePullSecret: undefined,
        components: [
          "source-controller",
          "kustomize-controller",
          "helm-controller",
          "notification-controller",
        ],
        size: "medium",
        multitenant: false,
        tenantServiceAccount: undefined,
        objectLevelWorkloadIdentity: false,
        networkPolicy: true,
        domain: "cluster.local",
        namespaceLabels: {},
        controllers: {},
        beforeNetwork: undefined,
        proxy: undefined,
        sharding: undefined,
        storage: undefined,
        controllerPatches: [],
      },
      sync: {
        kind: "GitRepository",
        url: undefined,
        ref: "refs/heads/main",
        path: "./clusters/dev",
        interval: "1m",
        pullSecret: undefined,
        provider: undefined,
        proxySecret: undefined,
        verify: undefined,
      },
      credentials: undefined,
      decryption: { provider: "age" },
      ageKeys: {},
      runtimeInfo: {},
      gateTimeout: "2m",
      drain: { timeout: "10m", volumes: "delete", hooks: [] },
      postBootstrap: {
        required: "infrastructure",
        expectKustomizations: [],
        timeout: "10m",
        repair: true,
        autoFixPods: { mode: "off", namespaces: undefined, limit: undefined },
      },
      restore: undefined,
      gates: [],
      prerequisites: [],
      adopt: false,
      protect: false,
      expiresAt: undefined,
    });
  });

  it("keeps the volumes of a cluster that is not embedded, and gives a cloud its time", async () => {
    assert.deepEqual((await good(existing)).drain, { timeout: "30m", volumes: "keep", hooks: [] });
  });

  it("takes what is configured", async () => {
    const config = await good({
      ...existing,
      operator: { chart: "oci://registry.example.com/flux-operator", version: "0.58.2" },
      flux: {
        version: "2.9.5",
        registry: "registry.example.com:5000/fluxcd",
        components: ["source-controller", "image-automation-controller"],
        size: "large",
        multitenant: true,
        networkPolicy: false,
        domain: "k8s.example.com",
        controllerPatches: [{ patch: "- op: add", target: { kind: "Deployment" } }],
      },
      sync: {
        kind: "OCIRepository",
        url: "oci://registry.example.com/fleet",
        ref: "v1.0.0",
        path: "./",
        interval: "30s",
        pullSecret: "registry",
      },
      sopsAgeKeys: { "identity.agekey": keys.x25519, "next.agekey": keys.hybrid },
      runtimeInfo: { REGION: "eu-west-1" },
      gateTimeout: "90s",
      drain: {
        timeout: "1h",
        volumes: "delete",
        hooks: [{ name: "backup", command: ["scripts/backup", "--all"] }],
      },
      postBootstrap: { required: ["flux-system/apps"], timeout: "20m" },
      adopt: "true",
      protect: "true",
      expiresAt: "2026-01-31T12:00:00+01:00",
    });
    assert.equal(config.adopt, true);
    assert.equal(config.protect, true);
    assert.equal(config.expiresAt, "2026-01-31T11:00:00Z");
    assert.deepEqual(config.drain.hooks, [
      { name: "backup", command: ["scripts/backup", "--all"], timeout: "5m" },
    ]);
    assert.deepEqual(config.postBootstrap.required, ["flux-system/apps"]);
    assert.deepEqual(Object.keys(config.ageKeys), ["identity.agekey", "next.agekey"]);
    assert.equal(config.flux.controllerPatches.length, 1);
    assert.equal(config.sync.ref, "v1.0.0");
  });

  for (const written of [
    "2026-01-31T12:00:00Z",
    "2026-01-31T13:00:00.5+01:00",
    "2026-01-31 12:00:00 +0000 UTC",
    "2026-01-31 13:00:00 +0100 +0100",
  ]) {
    it(`takes an expiry as it is written or as Pulumi hands it over: ${written}`, async () => {
      const { expiresAt } = await good({ ...embedded, expiresAt: written });
      assert.equal(expiresAt, "2026-01-31T12:00:00Z");
    });
  }

  it("lists all problems at once", async () => {
    const found = await problems({ ...embedded, gateTimeout: "soon", adopt: "maybe", typo: "x" });
    assert.equal(found.length, 3);
  });
});

describe("parseConfig refuses", () => {
  it("a secret that is not encrypted", async () => {
    assert.deepEqual(await problems({ ...existing, gitToken: "planted-token" }, ["kubeconfig"]), [
      "gitToken must be encrypted, got a value that is not shown. Run: pulumi config set --secret gitToken",
    ]);
  });

  it("no secret that is not there: an empty map is what is left of several", async () => {
    assert.deepEqual(await problems({ ...existing, sopsAgeKeys: {} }, ["kubeconfig"]), []);
    const found = await problems({ ...existing, sopsAgeKeys: { a: "planted" } }, ["kubeconfig"]);
    assert.equal(
      found[0],
      "sopsAgeKeys must be encrypted, got a value that is not shown. Run: pulumi config set --secret sopsAgeKeys",
    );
  });

  it("without showing what a person encrypted", async () => {
    const found = await problems({ ...embedded, operator: { version: "planted-token" } }, [
      "operator",
    ]);
    assert.match(found[0] ?? "", /^operator\.version must .* got a value that is not shown\./);
  });
});
