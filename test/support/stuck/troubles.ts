import {
  Deployment,
  FluxInstance,
  Namespace,
  Pod,
  type Resource,
  ResourceSet,
} from "../../../scripts/lib/kinds.ts";
import type { KubernetesObject, Reference } from "../../../scripts/lib/object.ts";
import { configMap, manifest } from "./manifest.ts";
import { condition, exists, failed, type Scenario, type Test } from "./scenario.ts";
import type { Stage } from "./stage.ts";
import { patch, remove } from "./steps.ts";
import { fluxNamespace, helmController } from "./upheavals.ts";

const namespace = fluxNamespace;
const inFlux = { namespace, controllers: true } as const;
/** helm-controller, while its process is halted. */
export const silent: Scenario = {
  ...inFlux,
  name: "controller-silent",
  expect: [{ ...helmController, namespace, state: "C6", when: exists }],
};

/** Halts the process of helm-controller while `work` runs. */
export async function halted<T>(stage: Stage, work: () => Promise<T>): Promise<T> {
  const { pid } = stage.ground.processOf("helm-controller");
  process.kill(pid, "SIGSTOP");
  try {
    return await work();
  } finally {
    process.kill(pid, "SIGCONT");
  }
}

type DeploymentObject = KubernetesObject<{
  readonly template: { readonly spec: { readonly containers: readonly Container[] } };
}>;
interface Container {
  readonly name: string;
  readonly args?: readonly string[];
}

/** Starts helm-controller, which is scaled to 0, with another argument or elsewhere; as it was afterwards, and at 0. */
export async function withPod<T>(stage: Stage, change: object, work: () => Promise<T>): Promise<T> {
  const { cluster } = stage;
  const before = await cluster.get<DeploymentObject>(helmController);
  const { template } = before?.spec ?? {};
  await cluster.patch(helmController, { spec: { replicas: 1, template: { spec: change } } });
  try {
    return await work();
  } finally {
    const reset = { ...template?.spec, nodeSelector: { "example.com/pool": null } };
    await cluster.patch(helmController, { spec: { replicas: 0, template: { spec: reset } } });
  }
}

/** The containers of helm-controller with an argument that it does not know. */
export async function withUnknownFlag(stage: Stage): Promise<object> {
  const found = await stage.cluster.get<DeploymentObject>(helmController);
  const containers = found?.spec?.template.spec.containers ?? [];
  return {
    containers: containers.map((one) => ({
      ...one,
      args: [...(one.args ?? []), "--no-such-flag"],
    })),
  };
}

export const nowhere = { nodeSelector: { "example.com/pool": "none" } };

const unavailable: Test = ({ status }) =>
  ((status as { unavailableReplicas?: number }).unavailableReplicas ?? 0) > 0;

export const crashing: Scenario = {
  ...inFlux,
  name: "controller-crashing",
  expect: [{ ...helmController, namespace, state: "C2", when: unavailable }],
};

export const unplaced: Scenario = {
  ...inFlux,
  name: "controller-unplaced",
  expect: [{ ...helmController, namespace, state: "C4", when: unavailable }],
};

/** Resolves when a pod of helm-controller is in back-off. */
export async function untilCrashLoop(stage: Stage): Promise<void> {
  const pods = await stage.cluster.list(Pod, { namespace, labelSelector: "app=helm-controller" });
  const waits = pods.map(({ metadata: { name } }) =>
    stage.until({ resource: Pod, name, namespace }, ({ status }) =>
      JSON.stringify(status ?? {}).includes("CrashLoopBackOff"),
    ),
  );
  await Promise.any(waits);
}

const flux: Reference = { resource: FluxInstance, name: "flux", namespace };

/** A FluxInstance whose manifests cannot be fetched. */
export const unfetchedFlux: Scenario = {
  ...inFlux,
  name: "flux-unfetched",
  steps: [
    {
      ...flux,
      when: exists,
      act: (stage, at) => {
        const artifact = `oci://${stage.ground.places.registry}/manifests:none`;
        return patch({ spec: { distribution: { artifact } } })(stage, at);
      },
    },
  ],
  expect: [{ ...flux, namespace, state: "O4", when: failed("ArtifactFailed") }],
};

const operator: Reference = { resource: Deployment, name: "flux-operator", namespace };

/** What no operator has seen, because it is scaled to 0. */
export const withoutOperator: Scenario = {
  name: "set-unseen",
  controllers: true,
  manifests: () => [manifest(ResourceSet, { name: "set" }, { spec: { resources: [] } })],
  steps: [],
  expect: [
    { resource: ResourceSet, name: "set", state: "O2", when: exists },
    { ...operator, namespace, state: "C1", when: exists },
  ],
};

export async function endOperator(stage: Stage): Promise<void> {
  await patch({ spec: { replicas: 0 } })(stage, operator);
  await stage.until(operator, ({ status }) => !("replicas" in (status as object)));
}

const ApiService: Resource = {
  apiVersion: "apiregistration.k8s.io/v1",
  kind: "APIService",
  plural: "apiservices",
  namespaced: false,
};

/** An API that nothing serves hides what is in a namespace; it disturbs every controller, so it comes last. */
export const undiscoverable: Scenario = {
  name: "namespace-undiscoverable",
  manifests: () => [
    configMap("any", {}),
    manifest(
      ApiService,
      { name: "v1.gone.example.com" },
      {
        spec: {
          group: "gone.example.com",
          version: "v1",
          groupPriorityMinimum: 100,
          versionPriority: 100,
          insecureSkipTLSVerify: true,
          service: { name: "gone", namespace: "default" },
        },
      },
    ),
  ],
  steps: [
    {
      resource: ApiService,
      name: "v1.gone.example.com",
      when: condition("Available", { status: "False" }),
      act: (stage) => remove(stage, { resource: Namespace, name: "namespace-undiscoverable" }),
    },
  ],
  expect: [
    {
      resource: Namespace,
      name: "namespace-undiscoverable",
      namespace: "",
      state: "T3",
      when: condition("NamespaceDeletionDiscoveryFailure", { status: "True" }),
    },
  ],
};
