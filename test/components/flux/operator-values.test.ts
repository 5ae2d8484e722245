import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

import { operatorOptions } from "../../../components/flux/operator-values.ts";
import { existing, good, type Values } from "../../support/settings.ts";

const optionsOf = async (values: Values) => operatorOptions(await good({ ...existing, ...values }));

const restricted = {
  "pod-security.kubernetes.io/enforce": "restricted",
  "pod-security.kubernetes.io/warn": "restricted",
  "pod-security.kubernetes.io/audit": "restricted",
};

describe("the operator", () => {
  it("keeps the chart's values where nothing is set, in a namespace of the strictest profile", async () => {
    assert.deepEqual(await optionsOf({}), {
      chart: undefined,
      version: "0.58.1",
      values: { web: { enabled: false } },
      namespaceLabels: restricted,
    });
  });

  const everything: Values = {
    operator: {
      image: "registry.example.com/flux-operator",
      env: { LOG: "x" },
      nodeSelector: { pool: "system" },
      tolerations: [{ key: "system", operator: "Exists" }],
    },
    flux: {
      imagePullSecret: "registry",
      beforeNetwork: { apiServerHost: "10.0.0.10", apiServerPort: 443 },
      proxy: { https: "http://proxy:3128" },
      namespaceLabels: { team: "platform" },
    },
  };

  it("gets what is set of it, and what the controllers get too", async () => {
    const { values, namespaceLabels } = await optionsOf(everything);
    assert.deepEqual(values, {
      web: { enabled: false },
      image: {
        repository: "registry.example.com/flux-operator",
        pullSecrets: [{ name: "registry" }],
      },
      hostNetwork: true,
      nodeSelector: { pool: "system" },
      tolerations: [
        { key: "node.kubernetes.io/not-ready", operator: "Exists" },
        { key: "node.kubernetes.io/network-unavailable", operator: "Exists" },
        { key: "node.cloudprovider.kubernetes.io/uninitialized", operator: "Exists" },
        { key: "node.cilium.io/agent-not-ready", operator: "Exists" },
        { key: "system", operator: "Exists" },
      ],
      extraEnvs: [
        { name: "KUBERNETES_SERVICE_HOST", value: "10.0.0.10" },
        { name: "KUBERNETES_SERVICE_PORT", value: "443" },
        { name: "HTTPS_PROXY", value: "http://proxy:3128" },
        {
          name: "NO_PROXY",
          value: ".svc,.cluster.local,.cluster.local.,$(KUBERNETES_SERVICE_HOST)",
        },
        { name: "LOG", value: "x" },
      ],
    });
    assert.deepEqual(namespaceLabels, {
      ...restricted,
      "pod-security.kubernetes.io/enforce": "privileged",
      team: "platform",
    });
  });

  it("uses no value that its chart does not have", async () => {
    const file = new URL(
      "../../../embedded/chart/flux-operator/values.schema.json",
      import.meta.url,
    );
    const { properties } = JSON.parse(readFileSync(file, "utf8")) as { properties: object };
    const { values } = await optionsOf(everything);
    assert.deepEqual(
      Object.keys(values).filter((key) => !(key in properties)),
      [],
    );
  });
});
