import { listOf, read, textOf } from "../../classify/field.ts";
import {
  Deployment,
  FluxInstance,
  HelmRelease,
  Kustomization,
  Namespace,
  ResourceSet,
} from "../../kinds.ts";
import type { KubernetesObject } from "../../object.ts";
import { type InventoryEntry, inventoryOf } from "../../tree/inventory.ts";
import { type Key, keyFrom, keyOf } from "../../tree/owner.ts";
import type { DrainScene } from "./drain-plan.ts";
import { markOf } from "./marks.ts";
import { type Scope, scopeOf } from "../scope.ts";
import { compareKeys, SceneIndex } from "./scene-index.ts";

const nodeKinds: readonly string[] = [Kustomization.kind, HelmRelease.kind, ResourceSet.kind];

/** A ResourceSet, Kustomization or HelmRelease that traces to the sync. */
export interface DrainNode {
  readonly key: Key;
  readonly object: KubernetesObject;
  /** What it applied in this cluster. */
  readonly inventory: readonly InventoryEntry[];
  /** What it applied is in another cluster. */
  readonly remote: boolean;
  /** It installed flux-operator or the FluxInstance: an uninstall would take Flux along. */
  readonly holdsFlux: boolean;
  /** Whose mark asks that what it applied stays, and which, such as `marked helm.sh/resource-policy: keep`. */
  readonly mark: string | undefined;
}

/** Whether the node goes alone, and what it applied stays. */
export function goesAlone({ holdsFlux, mark }: DrainNode): boolean {
  return holdsFlux || mark !== undefined;
}

/** What a drain has to do with: its nodes, and everything else around them. */
export interface DrainField {
  readonly scene: DrainScene;
  readonly index: SceneIndex;
  readonly instance: KubernetesObject | undefined;
  readonly scope: Scope;
  /** In the order of their keys. */
  readonly nodes: ReadonlyMap<Key, DrainNode>;
  /** The root Kustomization, whether it exists or not. */
  readonly root: Key;
}

/** fieldOf divides a scene into what goes step by step and what is around it. */
export function fieldOf(scene: DrainScene): DrainField {
  const { flux, objects, fluxNamespace } = scene;
  const instance = flux.find(
    ({ kind, metadata }) => kind === FluxInstance.kind && metadata.namespace === fluxNamespace,
  );
  const named = textOf(read(instance?.spec, "sync", "name"));
  const sync = { namespace: fluxNamespace, name: named === "" ? fluxNamespace : named };
  const scope = scopeOf(flux, sync);
  const made = scope.made.filter(({ kind }) => nodeKinds.includes(kind));
  const index = new SceneIndex([...flux, ...objects]);
  const appliers = new Map(made.map((object) => [keyOf(object), object]));
  const nodes = made
    .map((object) => ({
      ...nodeOf(object, index, fluxNamespace),
      mark: markOf(object, appliers),
    }))
    .sort((a, b) => compareKeys(a.key, b.key));
  return {
    scene,
    index,
    instance,
    scope,
    nodes: new Map(nodes.map((node) => [node.key, node])),
    root: keyFrom(Kustomization.kind, sync.namespace, sync.name),
  };
}

function nodeOf(
  object: KubernetesObject,
  index: SceneIndex,
  fluxNamespace: string,
): Omit<DrainNode, "mark"> {
  const remote = read(object.spec, "kubeConfig") !== undefined;
  const inventory = remote ? [] : inventoryOf(object);
  const holdsFlux =
    object.kind === HelmRelease.kind &&
    !remote &&
    (inventory.some((entry) => isCore(entry, fluxNamespace)) ||
      isReleaseOfOperator(object, index, fluxNamespace));
  return { key: keyOf(object), object, inventory, remote, holdsFlux };
}

/** nodeNamed is the node that an inventory's entry stands for; undefined for any other object. */
export function nodeNamed(
  { nodes }: DrainField,
  { group, kind, namespace, name }: InventoryEntry,
): DrainNode | undefined {
  if (!/(^|\.)(toolkit\.fluxcd|fluxcd\.controlplane)\.io$/.test(group)) return undefined;
  return nodes.get(keyFrom(kind, namespace, name));
}

/** Where Helm keeps a release, and where its objects go by default. */
export interface ReleaseAddress {
  readonly name: string;
  readonly storage: string;
  readonly target: string;
}

/** releaseOf is the Helm release of a HelmRelease: as its history says, else by the defaults of helm-controller. */
export function releaseOf({ metadata, spec, status }: KubernetesObject): ReleaseAddress {
  const own = metadata.namespace ?? "";
  const field = (name: string) => textOf(read(spec, name));
  const target = field("targetNamespace");
  const prefixed = target === "" ? metadata.name : `${target}-${metadata.name}`;
  const [installed] = listOf(read(status, "history"));
  return {
    name: textOf(read(installed, "name")) || field("releaseName") || prefixed,
    storage: field("storageNamespace") || own,
    target: target || own,
  };
}

const operatorName = "flux-operator";

/** What Flux cannot live without. */
function isCore({ kind, name, namespace }: InventoryEntry, fluxNamespace: string): boolean {
  if (kind === Namespace.kind) return name === fluxNamespace;
  if (namespace !== fluxNamespace) return false;
  return kind === FluxInstance.kind || (kind === Deployment.kind && name === operatorName);
}

/** By what Helm notes on the Deployment, for a HelmRelease that has not written an inventory. */
function isReleaseOfOperator(
  object: KubernetesObject,
  index: SceneIndex,
  namespace: string,
): boolean {
  const operator = { group: "apps", kind: Deployment.kind, name: operatorName, namespace };
  const { annotations = {} } = index.find(operator)?.metadata ?? {};
  const release = releaseOf(object);
  return (
    annotations["meta.helm.sh/release-name"] === release.name &&
    annotations["meta.helm.sh/release-namespace"] === release.target
  );
}
