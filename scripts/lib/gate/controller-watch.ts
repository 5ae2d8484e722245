import type { Cluster } from "../cluster.ts";
import { Deployment as DeploymentKind, Lease as LeaseKind, Pod as PodKind } from "../kinds.ts";
import type { Resource } from "../kinds.ts";
import type { KubernetesObject } from "../object.ts";
import {
  type ControllerState,
  controllerState,
  type Deployment,
  type Lease,
  type Observed,
  type Pod,
} from "./controller-state.ts";
import type { InstalledController } from "./shards.ts";

/** ControllerWatch knows the Deployments, pods and leases of one namespace, and says when any of them changes. */
export class ControllerWatch implements Observed {
  readonly deployments = new Map<string, Deployment>();
  readonly pods = new Map<string, Pod>();
  readonly leases = new Map<string, Lease>();
  /** Why the API server could last not be watched. */
  lost: string | undefined;
  readonly #cluster: Cluster;
  readonly #namespace: string;

  constructor(cluster: Cluster, namespace: string) {
    this.#cluster = cluster;
    this.#namespace = namespace;
  }

  start(signal: AbortSignal, changed: () => void): void {
    const follow = <O extends KubernetesObject>(resource: Resource, known: Map<string, O>) => {
      const lost = (error: Error) => {
        this.lost = error.message;
        changed();
      };
      this.#cluster.follow<O>(
        resource,
        { namespace: this.#namespace, signal, lost },
        {
          seen: (object) => {
            known.set(object.metadata.name, object);
            this.lost = undefined;
            changed();
          },
          gone: (object) => {
            known.delete(object.metadata.name);
            changed();
          },
        },
      );
    };
    follow(DeploymentKind, this.deployments);
    follow(PodKind, this.pods);
    follow(LeaseKind, this.leases);
  }

  state({ component, deployment }: InstalledController): ControllerState {
    return controllerState(component, this, deployment);
  }
}
