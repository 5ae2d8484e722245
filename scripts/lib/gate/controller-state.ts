import type { KubernetesObject } from "../object.ts";
import { findCondition } from "../object.ts";
import { isIdentityOf } from "../lease-identity.ts";

export type Deployment = KubernetesObject<
  {
    readonly replicas?: number;
    readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly template?: {
      readonly spec?: { readonly containers?: readonly { readonly args?: readonly string[] }[] };
    };
  },
  {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
  }
>;

interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly terminated?: { readonly reason?: string; readonly exitCode?: number };
}

export type Pod = KubernetesObject<
  unknown,
  {
    readonly phase?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly {
      readonly restartCount?: number;
      readonly state?: ContainerState;
      readonly lastState?: ContainerState;
    }[];
  }
>;

export type Lease = KubernetesObject<{
  readonly holderIdentity?: string;
  readonly renewTime?: string;
}>;

/** What is known about the controllers of one namespace. */
export interface Observed {
  readonly deployments: ReadonlyMap<string, Deployment>;
  readonly pods: ReadonlyMap<string, Pod>;
  readonly leases: ReadonlyMap<string, Lease>;
}

/** Either the pod that leads, or what is missing until one does. */
export type ControllerState =
  | { readonly ready: true; readonly pod: Pod }
  | { readonly ready: false; readonly missing: string };

/**
 * controllerState tells whether exactly one current pod of the controller is ready and leads. A Deployment that is
 * Available does not tell: after a rollout the old pod may hold the lease for another ten minutes. `name` is that of
 * the Deployment, where it is not the component's.
 */
export function controllerState(
  component: string,
  observed: Observed,
  name = component,
): ControllerState {
  const deployment = observed.deployments.get(name);
  if (deployment === undefined) return { ready: false, missing: "its Deployment does not exist" };
  const behind = rolloutMissing(deployment);
  if (behind !== undefined) return { ready: false, missing: behind };
  const current = podsOf(deployment, observed).filter(isCurrent);
  const [pod] = current;
  if (pod === undefined) return { ready: false, missing: "none of its pods is ready" };
  if (!electsLeader(deployment)) return { ready: true, pod };
  const leader = current.find((candidate) => leads(candidate, component, observed));
  if (leader !== undefined) return { ready: true, pod: leader };
  const holder = holderOf(component, observed);
  return { ready: false, missing: `its lease is held by ${holder}, not by ${pod.metadata.name}` };
}

function holderOf(component: string, observed: Observed): string {
  const holder = leasesOf(component, observed)[0]?.spec?.holderIdentity ?? "";
  return holder === "" ? "nobody" : holder;
}

/** rolloutMissing says why a Deployment is not rolled out, undefined when it is. */
export function rolloutMissing({ metadata, spec, status }: Deployment): string | undefined {
  const { replicas: wanted = 1 } = spec ?? {};
  const { generation = 0 } = metadata;
  const counts = { ...noReplicas, ...status };
  if (wanted === 0) return "its Deployment is scaled to 0";
  if (counts.observedGeneration !== generation) {
    return `its Deployment's generation ${generation} is not observed yet`;
  }
  const { replicas, updatedReplicas, readyReplicas } = counts;
  if ([replicas, updatedReplicas, readyReplicas].every((count) => count === wanted)) {
    return undefined;
  }
  return `${readyReplicas} of ${wanted} replicas are ready, ${updatedReplicas} updated, ${replicas} in total`;
}

const noReplicas = { observedGeneration: 0, replicas: 0, updatedReplicas: 0, readyReplicas: 0 };

/** podsOf lists the pods that the Deployment's selector matches, those that terminate too. */
export function podsOf(deployment: Deployment, { pods }: Pick<Observed, "pods">): Pod[] {
  const wanted = Object.entries(deployment.spec?.selector?.matchLabels ?? {});
  if (wanted.length === 0) return [];
  return [...pods.values()].filter(({ metadata }) =>
    wanted.every(([label, value]) => metadata.labels?.[label] === value),
  );
}

/** leasesOf lists the controller's leases: with a watch label selector their names carry a suffix. */
export function leasesOf(component: string, { leases }: Pick<Observed, "leases">): Lease[] {
  return [...leases.values()].filter(({ metadata }) =>
    metadata.name.startsWith(`${component}-leader-election`),
  );
}

function isCurrent(pod: Pod): boolean {
  return (
    pod.metadata.deletionTimestamp === undefined && findCondition(pod, "Ready")?.status === "True"
  );
}

function leads(pod: Pod, component: string, observed: Observed): boolean {
  return leasesOf(component, observed).some(({ spec }) =>
    isIdentityOf(pod, spec?.holderIdentity ?? "", component),
  );
}

function electsLeader({ spec }: Deployment): boolean {
  const args = (spec?.template?.spec?.containers ?? []).flatMap(
    (container) => container.args ?? [],
  );
  return args.some((arg) => /^--enable-leader-election(=true)?$/.test(arg));
}
