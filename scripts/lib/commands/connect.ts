import type { Snapshot } from "../classify/snapshot.ts";
import type { Cluster } from "../cluster.ts";
import { InputError } from "../environment.ts";
import { Failure } from "../failure.ts";
import { GitRepository, HelmRelease, Kustomization } from "../kinds.ts";
import type { Kubeconfig } from "./kubeconfig.ts";

/** UnusableError says that no work with the cluster is possible: it does not answer, or refuses the credentials. */
export class UnusableError extends Error {
  readonly next: string;

  constructor(message: string, next: string, cause: unknown) {
    super(message, { cause });
    this.name = "UnusableError";
    this.next = next;
  }
}

/** connect opens the cluster and resolves when it has answered and is the expected one. Nothing is written. */
export async function connect(
  kubeconfig: Kubeconfig,
  expected: { readonly uid: string | undefined; readonly signal: AbortSignal },
): Promise<Cluster> {
  const cluster = await open(kubeconfig);
  try {
    if (expected.uid === undefined) await cluster.api.json("/api/v1", expected);
    else await requireUid(cluster, expected.uid, kubeconfig);
  } catch (error) {
    if (error instanceof InputError || error instanceof Failure) throw error;
    throw unusable(error, kubeconfig);
  }
  return cluster;
}

/** The Kubernetes client takes longer to load than all of the rest: help does without it. */
async function open({ content, context, file }: Kubeconfig): Promise<Cluster> {
  const module = await import("../cluster.ts");
  try {
    return new module.Cluster(content, "fleet", context);
  } catch {
    // The message may quote the file, which holds the credentials.
    throw new InputError([
      `the kubeconfig ${file} must be usable, got one that the Kubernetes client cannot load. ` +
        `Check it with: kubectl config view --kubeconfig ${file}`,
    ]);
  }
}

async function requireUid(cluster: Cluster, uid: string, { context }: Kubeconfig): Promise<void> {
  let live: string;
  try {
    live = await cluster.uid();
  } catch (error) {
    if (codeOf(error) !== 403) throw error;
    throw new Failure(
      `--cluster-uid cannot be checked: context ${context} may not get the namespace kube-system`,
      { next: `kubectl --context ${context} auth can-i get namespace/kube-system`, cause: error },
    );
  }
  if (live === uid) return;
  throw new InputError([
    `the cluster must be the one with UID ${uid}, got ${live} at ${cluster.api.url}. ` +
      "Nothing was touched. Choose another --context or --kubeconfig.",
  ]);
}

function unusable(error: unknown, { context, server }: Kubeconfig): Error {
  const code = codeOf(error);
  const next = `kubectl --context ${context} cluster-info`;
  if (code === 401) {
    const message = `the API server at ${server} does not accept the credentials of context ${context}`;
    return new UnusableError(message, next, error);
  }
  // Any other answer comes from a server that is there: what follows will say what is not allowed.
  if (error instanceof Error && error.name === "UnreachableError") {
    return new UnusableError(error.message, next, error);
  }
  if (error instanceof Error && code === undefined) {
    const message = `the credentials of context ${context} cannot be had: ${error.message}`;
    return new UnusableError(message, next, error);
  }
  return error as Error;
}

/** The HTTP status of an ApiError, undefined for anything else; by its name, so that the client is not loaded. */
export function codeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || error.name !== "ApiError") return undefined;
  return (error as Error & { readonly code: number }).code;
}

const fluxKinds = [Kustomization, HelmRelease, GitRepository];

/** requireFlux rejects with a Failure when the cluster serves none of the kinds that Flux brings. */
export async function requireFlux(cluster: Cluster): Promise<void> {
  const served = await Promise.all(
    fluxKinds.map(({ apiVersion }) => cluster.api.found(`/apis/${apiVersion}`)),
  );
  if (served.every((group) => group === undefined)) throw fluxMissing(cluster.api.url);
}

/** requireFluxIn is `requireFlux` for what has been read already. */
export function requireFluxIn({ unread }: Snapshot, cluster: Cluster): void {
  const absent = unread.filter(({ why }) => why === "absent").map(({ resource }) => resource.kind);
  if (fluxKinds.every(({ kind }) => absent.includes(kind))) throw fluxMissing(cluster.api.url);
}

function fluxMissing(server: string): Failure {
  const kinds = fluxKinds.map(({ kind }) => kind).join(", ");
  return new Failure(`Flux is not installed: ${server} serves none of ${kinds}`, {
    details: ["Is it the right cluster? kubectl config current-context"],
    next: "pulumi up",
  });
}
