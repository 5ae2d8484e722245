import { ApiError } from "../../scripts/lib/api-server.ts";
import type { Cluster } from "../../scripts/lib/cluster.ts";
import { Pod as PodResource, type Resource } from "../../scripts/lib/kinds.ts";
import { type ContainerState, podStatusPatch } from "./container-state.ts";
import type { Container, Pod } from "./pod.ts";

/** kwok's object that says where the log of a pod is. */
const Logs: Resource = {
  apiVersion: "kwok.x-k8s.io/v1alpha1",
  kind: "Logs",
  plural: "logs",
  namespaced: true,
};

/** PodApi writes what a kubelet tells the API server of one pod. A pod that is gone is no error. */
export class PodApi {
  readonly #cluster: Cluster;
  readonly #pod: Pod;
  readonly #name: { readonly name: string; readonly namespace: string };

  constructor(cluster: Cluster, pod: Pod) {
    this.#cluster = cluster;
    this.#pod = pod;
    this.#name = { name: pod.metadata.name, namespace: pod.metadata.namespace ?? "" };
  }

  /** Reports the state of the pod's container. */
  async report(container: Container, state: ContainerState): Promise<void> {
    const { name, namespace } = this.#name;
    await unlessGone(
      this.#cluster.api.json(`/api/v1/namespaces/${namespace}/pods/${name}/status`, {
        method: "PATCH",
        body: podStatusPatch(this.#pod, container, state, new Date().toISOString()),
        contentType: "application/strategic-merge-patch+json",
      }),
    );
  }

  /** Tells kwok which files `kubectl logs` and `kubectl logs --previous` read. */
  async publishLog(
    container: Container,
    logsFile: string,
    previousLogsFile: string,
  ): Promise<void> {
    const spec = {
      logs: [{ containers: [container.name], logsFile, previousLogsFile, follow: true }],
    };
    const { apiVersion, kind } = Logs;
    const { uid = "" } = this.#pod.metadata;
    const ownerReferences = [{ apiVersion: "v1", kind: "Pod", name: this.#name.name, uid }];
    const metadata = { ...this.#name, ownerReferences };
    await unlessGone(this.#cluster.apply(Logs, { apiVersion, kind, metadata, spec }));
  }

  /** Removes the pod from the API: its program has ended. */
  async remove(): Promise<void> {
    await this.#cluster.delete({ resource: PodResource, ...this.#name }, { graceSeconds: 0 });
  }
}

async function unlessGone(request: Promise<unknown>): Promise<void> {
  try {
    await request;
  } catch (error) {
    if (!(error instanceof ApiError && [404, 409].includes(error.code))) throw error;
  }
}
