import { fluxNamespace, stackLabel } from "../names.ts";
import { displayName, isTheInstance, type Standing } from "./standing.ts";

/** The source of the sync that this stack attaches. */
export interface WantedSync {
  readonly url: string | undefined;
  readonly path: string;
}

/** foundIn names what stands where this stack puts Flux, the namespace first. */
export function foundIn({ namespace, instances, deployments, detail }: Standing): string[] {
  const inFlux = ({ metadata }: { metadata: { namespace?: string } }) =>
    metadata.namespace === fluxNamespace;
  const { definitions = [], sync, objects = [] } = detail ?? {};
  const attached = sync?.by.startsWith("Kustomization/") === true ? [sync.by] : [];
  return [
    ...(namespace === undefined ? [] : [displayName("Namespace", namespace)]),
    ...instances.filter(isTheInstance).map((one) => displayName("FluxInstance", one)),
    ...attached,
    ...deployments.filter(inFlux).map((one) => displayName("Deployment", one)),
    ...definitions.map((one) => displayName("CustomResourceDefinition", one)),
    ...(namespace === undefined ? [] : objects),
  ];
}

/** foreignProblem is said of a Flux that no stack holds and that may not be taken over. */
export function foreignProblem(standing: Standing): string | undefined {
  const found = foundIn(standing);
  if (found.length === 0) return undefined;
  const owner = standing.namespace?.metadata.labels?.[stackLabel];
  const names = found.map((name, index) =>
    index === 0 && owner !== undefined ? `${name} of stack ${owner}` : name,
  );
  return (
    `the cluster must hold no Flux that this stack did not make, got ${names.join(", ")}. ` +
    "To take it over, run: pulumi config set adopt true"
  );
}

/** terminatingProblem is said of a namespace that is on its way out, whoever made it. */
export function terminatingProblem({ namespace }: Standing): string | undefined {
  if (namespace?.metadata.deletionTimestamp === undefined) return undefined;
  return (
    `Namespace/${fluxNamespace} must be there or gone, got one that is being deleted. ` +
    `See what holds it: kubectl get namespace ${fluxNamespace} -o yaml`
  );
}

/** elsewhereProblem is said of a Flux in another namespace. The controllers of two would work on the same objects. */
export function elsewhereProblem({ instances, deployments }: Standing): string | undefined {
  const elsewhere = [
    ...instances
      .filter((one) => !isTheInstance(one))
      .map((one) => displayName("FluxInstance", one)),
    ...deployments
      .filter(({ metadata }) => metadata.namespace !== fluxNamespace)
      .map((one) => displayName("Deployment", one)),
  ];
  if (elsewhere.length === 0) return undefined;
  return (
    `the cluster must hold one Flux, in namespace ${fluxNamespace}, got ${elsewhere.join(", ")}. ` +
    "It cannot be taken over: remove it first, or leave this cluster to it"
  );
}

/** syncProblem is said of a sync whose place this stack's would take: what only the old one applied would be pruned. */
export function syncProblem({ detail }: Standing, wanted: WantedSync): string | undefined {
  const { sync } = detail ?? {};
  if (sync === undefined) return undefined;
  const same = (a = "", b = "") => normal(a) === normal(b);
  if (same(sync.url, wanted.url) && same(sync.path, wanted.path)) return undefined;
  return (
    `${sync.by} must sync what this stack syncs (${place(wanted)}) for it to be taken over, got ${place(sync)}: ` +
    "what only the old source holds would be pruned. Set sync.url and sync.path to it, and change them afterwards"
  );
}

function normal(text: string): string {
  return text.replace(/^\.?\//, "").replace(/(\.git)?\/?$/, "");
}

function place({
  url,
  path,
}: {
  readonly url: string | undefined;
  readonly path: string | undefined;
}) {
  // A person may have put a credential into an address.
  const shown = (url ?? "no address").replace(/:\/\/[^/@\s]*@/, "://…@");
  return `${shown}, ${path ?? "no path"}`;
}
