import {
  ConfigMap,
  CustomResourceDefinition,
  Deployment,
  FluxInstance,
  GitRepository,
  Kustomization,
  Namespace,
  type Resource,
} from "../../../scripts/lib/kinds.ts";
import { displayName, findCondition, type KubernetesObject } from "../../../scripts/lib/object.ts";
import type { Embedded } from "../embedded.ts";
import { observed } from "../observe.ts";
import { installFlux } from "../stuck/flux.ts";
import { ServedRepository } from "../stuck/git-repository.ts";

const namespace = "theirs";
const theirs = { resource: Kustomization, name: "theirs", namespace };

function isReady(object: KubernetesObject): boolean {
  return findCondition(object, "Ready")?.status === "True";
}

/** Serves a repository with one ConfigMap in a namespace of that name, and returns its address. */
export async function serveConfigMap(embedded: Embedded, name: string): Promise<string> {
  const served = new ServedRepository(embedded.path("git"), name);
  const manifest = `
apiVersion: v1
kind: Namespace
metadata: { name: ${name}-apps }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: ${name}, namespace: ${name}-apps }
`;
  await served.commit({ "cluster/all.yaml": manifest });
  return `http://127.0.0.1:${embedded.record.ports.git}/${name}.git`;
}

/** Installs the Flux of somebody else, by hand, and what that one reconciles in a namespace of its own. */
export async function installTheirs(embedded: Embedded): Promise<void> {
  const { cluster } = embedded;
  const flux = { resource: FluxInstance, name: "flux", namespace: "flux-system" };
  const installed = installFlux(embedded, { size: "small" }).then(() =>
    observed(cluster, flux, isReady),
  );
  const [url] = await Promise.all([serveConfigMap(embedded, "theirs"), installed]);
  await cluster.apply(Namespace, { ...kindOf(Namespace), metadata: { name: namespace } });
  const metadata = { name: "theirs", namespace };
  const source = { interval: "1h", url, ref: { name: "refs/heads/main" } };
  await cluster.apply(GitRepository, { ...kindOf(GitRepository), metadata, spec: source });
  const sourceRef = { kind: "GitRepository", name: "theirs" };
  const spec = { interval: "1h", prune: true, path: "./cluster", sourceRef };
  await cluster.apply(Kustomization, { ...kindOf(Kustomization), metadata, spec });
  await observed(cluster, theirs, isReady);
}

function kindOf({ apiVersion, kind }: Resource): { apiVersion: string; kind: string } {
  return { apiVersion, kind };
}

const watched: readonly Resource[] = [
  ...[Namespace, FluxInstance, Deployment, CustomResourceDefinition],
  ...[GitRepository, Kustomization, ConfigMap],
];

/** The UIDs of what is in the cluster, by name. */
export async function uidsOf({ cluster }: Embedded): Promise<ReadonlyMap<string, string>> {
  const lists = await Promise.all(
    watched.map(async (resource) =>
      (await cluster.list(resource)).map((object) => ({ ...object, kind: resource.kind })),
    ),
  );
  return new Map(lists.flat().map((object) => [displayName(object), object.metadata.uid ?? ""]));
}
