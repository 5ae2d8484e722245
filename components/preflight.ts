import { fluxInstanceName, fluxNamespace, operatorName, stackLabel } from "./names.ts";
import { openReader, type Reader, RefusedError } from "./cluster/reader.ts";

/** What Preflight has to know of the program. */
export interface PreflightArgs {
  readonly kubeconfig: string;
  readonly context: string | undefined;
  /** The value of the label `flux-bootstrap.dev/stack` of this stack. */
  readonly stackLabel: string;
  /** Whether what others made may be taken over. */
  readonly adopt: boolean;
  /** The one command that helps when the API server does not answer. */
  readonly unreachableFix: string;
}

/** What Preflight found. */
export interface Preflight {
  readonly server: string;
  /** The UID of namespace kube-system. */
  readonly uid: string;
}

/** UnreachableCluster says that no API server answered in time. */
export class UnreachableCluster extends Error {}

const boundMilliseconds = 2_000;

interface Seen {
  readonly metadata: {
    readonly name: string;
    readonly uid?: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
}

/** What stands where this stack wants to put Flux. */
export interface Standing {
  readonly namespace: Seen | undefined;
  readonly instance: Seen | undefined;
  readonly deployments: readonly Seen[];
}

/**
 * preflight reads which cluster this is and what stands in the way, within two seconds and without a write. It throws
 * UnreachableCluster, or an error that names every object that is not this stack's.
 */
export async function preflight(args: PreflightArgs): Promise<Preflight> {
  const signal = AbortSignal.timeout(boundMilliseconds);
  const reader = await openReader(args.kubeconfig, args.context, signal);
  const found = await answered(reader, args, () =>
    Promise.all([reader.get<Seen>("/api/v1/namespaces/kube-system"), standing(reader)]),
  );
  const [system, objects] = found;
  const problem = foreignProblem(objects, args);
  if (problem !== undefined) throw new Error(problem);
  return { server: reader.server, uid: system?.metadata.uid ?? "" };
}

/** The first problem with what stands in the namespace of Flux, or undefined. */
export function foreignProblem(
  { namespace, instance, deployments }: Standing,
  { stackLabel: own, adopt }: Pick<PreflightArgs, "stackLabel" | "adopt">,
): string | undefined {
  if (namespace === undefined) return undefined;
  if (namespace.metadata.deletionTimestamp !== undefined) {
    return (
      `Namespace/${fluxNamespace} must be there or gone, got one that is being deleted. ` +
      `See what holds it: kubectl get namespace ${fluxNamespace} -o yaml`
    );
  }
  const owner = namespace.metadata.labels?.[stackLabel];
  if (owner === own || adopt) return undefined;
  const names = [
    `Namespace/${fluxNamespace}${owner === undefined ? "" : ` of stack ${owner}`}`,
    ...(instance === undefined ? [] : [`FluxInstance/${fluxNamespace}/${instance.metadata.name}`]),
    ...deployments.map(({ metadata }) => `Deployment/${fluxNamespace}/${metadata.name}`),
  ];
  return (
    `the cluster must hold no Flux that this stack did not make, got ${names.join(", ")}. ` +
    "To take it over, run: pulumi config set adopt true"
  );
}

/** identityProblem is what is wrong when the live cluster is not the recorded one, else undefined. */
export function identityProblem(live: Preflight, recorded: string): string | undefined {
  if (live.uid === recorded) return undefined;
  return (
    `the cluster must be the one recorded for this stack (kube-system ${recorded}), ` +
    `got kube-system ${live.uid} at ${live.server}. If it replaces the recorded one, run: ` +
    `${acceptVariable}=${live.uid} pulumi up --refresh --run-program`
  );
}

/** The environment variable by which a person accepts, for one run, the cluster with that UID. */
export const acceptVariable = "FLUX_BOOTSTRAP_ACCEPT_CLUSTER";

async function standing(reader: Reader): Promise<Standing> {
  const inFlux = `/namespaces/${fluxNamespace}`;
  const ofFlux = encodeURIComponent("app.kubernetes.io/part-of=flux");
  const apps = `/apis/apps/v1${inFlux}/deployments`;
  const [namespace, instance, operator, controllers] = await Promise.all([
    reader.get<Seen>(`/api/v1${inFlux}`),
    reader.get<Seen>(`/apis/fluxcd.controlplane.io/v1${inFlux}/fluxinstances/${fluxInstanceName}`),
    reader.get<Seen>(`${apps}/${operatorName}`),
    reader.get<{ items: Seen[] }>(`${apps}?labelSelector=${ofFlux}`),
  ]);
  const deployments = [
    ...(operator === undefined ? [] : [operator]),
    ...(controllers?.items ?? []),
  ];
  return { namespace, instance, deployments };
}

async function answered<T>(reader: Reader, args: PreflightArgs, read: () => Promise<T>) {
  try {
    return await read();
  } catch (error) {
    if (error instanceof RefusedError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnreachableCluster(
      `the API server at ${reader.server} must answer within 2s, got: ${reason}. ${args.unreachableFix}`,
      { cause: error },
    );
  }
}
