import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { controllerPatches } from "../../../components/flux/controller-patches.ts";
import { effectiveOptions } from "../../../components/flux/controller-options.ts";
import { existing, good, type Values } from "../../support/settings.ts";

const components = ["source-controller", "kustomize-controller"];

async function patchesOf(flux: Values) {
  const config = await good({ ...existing, flux: { components, ...flux } });
  return controllerPatches(config.flux, config.decryption).map(({ target, patch }) => ({
    name: target?.["name"],
    kind: target?.["kind"],
    patch: JSON.parse(patch) as unknown,
  }));
}

async function optionsOf(component: string, flux: Values) {
  const config = await good({ ...existing, flux: { components, ...flux } });
  return effectiveOptions(component, config.flux, config.decryption);
}

describe("what is set of the controllers", () => {
  it("is nothing at first", async () => {
    assert.deepEqual(await patchesOf({}), []);
  });

  it("is a merge patch of each Deployment that leaves the rest as it is", async () => {
    const all = {
      env: { LOG: "x" },
      nodeSelector: { pool: "system" },
      tolerations: [{ key: "system", operator: "Exists" }],
      affinity: { podAntiAffinity: {} },
      priorityClassName: "flux",
      resources: { limits: { memory: "2Gi", cpu: 2 } },
      podLabels: { team: "platform" },
    };
    const template = {
      metadata: { labels: { team: "platform" } },
      spec: {
        nodeSelector: { pool: "system" },
        tolerations: [{ key: "system", operator: "Exists" }],
        affinity: { podAntiAffinity: {} },
        priorityClassName: "flux",
        containers: [
          {
            name: "manager",
            env: [{ name: "LOG", value: "x" }],
            resources: { limits: { memory: "2Gi", cpu: "2" } },
          },
        ],
      },
    };
    assert.deepEqual(
      await patchesOf({ controllers: { all } }),
      components.map((name) => ({
        name,
        kind: "Deployment",
        patch: {
          apiVersion: "apps/v1",
          kind: "Deployment",
          metadata: { name },
          spec: { template },
        },
      })),
    );
  });

  it("is of one controller more than of all", async () => {
    const controllers = {
      all: {
        env: { A: "all", B: "all" },
        tolerations: [{ key: "a", operator: "Exists" }],
        resources: { limits: { cpu: "1", memory: "1Gi" } },
      },
      "source-controller": {
        env: { B: "own" },
        tolerations: [{ key: "b", operator: "Exists" }],
        resources: { limits: { memory: "4Gi" } },
      },
    };
    const { env, tolerations, resources } = await optionsOf("source-controller", { controllers });
    assert.deepEqual(env, { A: "all", B: "own" });
    assert.deepEqual(
      tolerations.map(({ key }) => key),
      ["a", "b"],
    );
    assert.deepEqual(resources, { limits: { cpu: "1", memory: "4Gi" } });
    const other = await optionsOf("kustomize-controller", { controllers });
    assert.deepEqual(other.env, { A: "all", B: "all" });
  });

  it("leads through a proxy, and past it what is in the cluster", async () => {
    const proxy = { https: "http://proxy:3128", noProxy: ["10.0.0.0/8"] };
    const { env } = await optionsOf("source-controller", { proxy, domain: "k8s.test" });
    assert.deepEqual(env, {
      HTTPS_PROXY: "http://proxy:3128",
      NO_PROXY: ".svc,.k8s.test,.k8s.test.,$(KUBERNETES_SERVICE_HOST),10.0.0.0/8",
    });
  });
});

describe("controllers that come before the network", () => {
  const beforeNetwork = { apiServerHost: "10.0.0.10" };
  const everything = [
    "source-controller",
    "kustomize-controller",
    "helm-controller",
    "notification-controller",
    "image-reflector-controller",
    "image-automation-controller",
  ];

  interface Operation {
    readonly path: string;
    readonly value: unknown;
  }

  const hostPatch = async (component: string) => {
    const patches = await patchesOf({ components: everything, beforeNetwork });
    const { patch } =
      patches.find(({ name, patch: of }) => name === component && Array.isArray(of)) ?? {};
    return patch as readonly Operation[];
  };
  const valuesAt = (patch: readonly Operation[], end: string) =>
    patch.filter(({ path }) => path.endsWith(end)).map(({ value }) => value);

  it("tolerate the taints of nodes that are not ready and find the API server by its address", async () => {
    const { env, tolerations } = await optionsOf("helm-controller", { beforeNetwork });
    assert.deepEqual(env, {
      KUBERNETES_SERVICE_HOST: "10.0.0.10",
      KUBERNETES_SERVICE_PORT: "6443",
    });
    assert.deepEqual(
      tolerations.map(({ key, operator }) => [key, operator]),
      [
        ["node.kubernetes.io/not-ready", "Exists"],
        ["node.kubernetes.io/network-unavailable", "Exists"],
        ["node.cloudprovider.kubernetes.io/uninitialized", "Exists"],
        ["node.cilium.io/agent-not-ready", "Exists"],
      ],
    );
  });

  it("are on the network of their node and never two at once", async () => {
    const patch = await hostPatch("kustomize-controller");
    assert.deepEqual(valuesAt(patch, "/hostNetwork"), [true]);
    assert.deepEqual(valuesAt(patch, "/strategy"), [
      { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
    ]);
    // Flux makes this one so already.
    assert.deepEqual(valuesAt(await hostPatch("source-controller"), "/strategy"), []);
    assert.deepEqual(valuesAt(patch, "/args/-"), [
      "--metrics-addr=:9783",
      "--health-addr=:9784",
      "--events-addr=",
    ]);
    assert.deepEqual(valuesAt(patch, "prometheus.io~1port"), ["9783"]);
  });

  it("have no port of another, nor of the operator", async () => {
    const patches = await Promise.all(everything.map(hostPatch));
    const ports = patches.flatMap((patch) =>
      (valuesAt(patch, "/ports")[0] as readonly { containerPort: number }[]).map(
        ({ containerPort }) => containerPort,
      ),
    );
    assert.equal(ports.length, 15);
    assert.deepEqual([...new Set([...ports, 8080, 8081])].length, 17);
  });

  it("have a source-controller that is found by the address of its node", async () => {
    const patch = await hostPatch("source-controller");
    const fieldPath = "status.hostIP";
    assert.deepEqual(valuesAt(patch, "/env/-"), [
      { name: "NODE_ADDRESS", valueFrom: { fieldRef: { fieldPath } } },
    ]);
    assert.deepEqual(valuesAt(patch, "/args/-"), [
      "--storage-addr=:9780",
      "--metrics-addr=:9781",
      "--health-addr=:9782",
      "--storage-adv-addr=$(NODE_ADDRESS):9780",
      "--events-addr=",
    ]);
  });

  it("leave the ports of notification-controller under their names", async () => {
    const patch = await hostPatch("notification-controller");
    assert.deepEqual(
      (valuesAt(patch, "/ports")[0] as readonly { name: string }[]).map(({ name }) => name),
      ["http", "http-webhook", "http-prom", "healthz"],
    );
    assert.ok(!valuesAt(patch, "/args/-").includes("--events-addr="));
  });
});
