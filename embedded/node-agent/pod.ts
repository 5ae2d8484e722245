import type { KubernetesObject } from "../../scripts/lib/object.ts";

/** The parts of a pod that the node agent reads. */
export type Pod = KubernetesObject<PodSpec, PodStatus>;

export interface PodSpec {
  readonly nodeName?: string;
  readonly hostNetwork?: boolean;
  readonly serviceAccountName?: string;
  readonly terminationGracePeriodSeconds?: number;
  readonly containers: readonly Container[];
}

export interface PodStatus {
  readonly phase?: string;
  readonly containerStatuses?: readonly {
    readonly restartCount: number;
    readonly state?: { readonly waiting?: { readonly reason: string } };
  }[];
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly EnvironmentVariable[];
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  readonly resources?: { readonly limits?: Readonly<Record<string, string>> };
  readonly livenessProbe?: ProbeSpec;
  readonly readinessProbe?: ProbeSpec;
}

export interface EnvironmentVariable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly fieldRef?: { readonly fieldPath: string };
    readonly resourceFieldRef?: { readonly resource: string };
  };
}

export interface ProbeSpec {
  readonly httpGet?: { readonly path?: string; readonly port: string | number };
  readonly initialDelaySeconds?: number;
  readonly periodSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly failureThreshold?: number;
}

/** Names a pod in logs. */
export function podName(pod: Pod): string {
  return `Pod/${pod.metadata.namespace ?? ""}/${pod.metadata.name}`;
}

/** What a process in the pod sees as its host name, such as in its name as a leader: on the network of a node, the node's. */
export function hostNameOf({ metadata, spec }: Pod): string {
  return (spec?.hostNetwork === true ? spec.nodeName : undefined) ?? metadata.name;
}
