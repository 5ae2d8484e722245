import { read, textOf } from "../../classify/field.ts";
import { FluxInstance, FluxReport, HelmRelease, Namespace } from "../../kinds.ts";
import type { KubernetesObject } from "../../object.ts";
import { nameOf } from "../../report/text.ts";
import type { InventoryEntry } from "../../tree/inventory.ts";
import { type Key, keyFrom } from "../../tree/owner.ts";
import { type DrainField, type DrainNode, nodeNamed, releaseOf } from "./drain-node.ts";
import type { Kept, Protection } from "./drain-plan.ts";
import { type Id, idOf } from "./scene-index.ts";
import { keptBy, prunes } from "../scope.ts";

/** What becomes of what the nodes applied. */
export interface Inventories {
  /** What goes with a node. */
  readonly going: Map<Key, InventoryEntry[]>;
  /** The node with which an object goes. */
  readonly holders: Map<Id, Key>;
  readonly kept: Kept[];
  /** What an inventory holds and no node removes. */
  readonly staying: Set<Id>;
}

type Judgement =
  | "goes"
  /** It is a node of its own, or goes with another. */
  | "elsewhere"
  | { readonly reason: string; readonly protect?: Protection | undefined };

/** keptAs says of an object of an inventory why it stays. */
export function keptAs(
  { kind, namespace, name }: InventoryEntry,
  reason: string,
  protect: Protection | undefined,
): Kept {
  const kept = { key: keyFrom(kind, namespace, name), reason };
  return protect === undefined ? kept : { ...kept, protect };
}

/** inventoriesOf divides every inventory into what goes and what stays; namespaces are looked into by `keepNamespaces`. */
export function inventoriesOf(field: DrainField): Inventories {
  const inventories: Inventories = {
    going: new Map(),
    holders: new Map(),
    kept: [],
    staying: new Set(),
  };
  const claims = claimsOf(field);
  for (const node of field.nodes.values()) {
    const reason = wholeStays(node);
    const going = reason === undefined ? goingOf(field, node, { claims, inventories }) : [];
    inventories.going.set(node.key, going);
    for (const entry of going) inventories.holders.set(idOf(entry), node.key);
    if (reason !== undefined && node.inventory.length > 0) {
      inventories.kept.push({ key: node.key, reason });
    }
  }
  for (const id of claims.keys()) {
    if (!inventories.holders.has(id)) inventories.staying.add(id);
  }
  inventories.kept.push(...createdNamespaces(field, claims));
  return inventories;
}

/** Helm forgets the namespace that it was told to create. */
function createdNamespaces({ nodes, index }: DrainField, claims: ReadonlyMap<Id, number>): Kept[] {
  return [...nodes.values()].flatMap(({ key, object, remote }) => {
    if (remote || read(object.spec, "install", "createNamespace") !== true) return [];
    const { target } = releaseOf(object);
    const namespace = { group: "", kind: Namespace.kind, name: target, namespace: undefined };
    if (claims.has(idOf(namespace)) || index.find(namespace) === undefined) return [];
    const reason = `${nameOf(key)} had Helm create it, which does not remove it`;
    return [keptAs(namespace, reason, undefined)];
  });
}

/** How many nodes name an object in their inventories. */
function claimsOf({ nodes }: DrainField): ReadonlyMap<Id, number> {
  const claims = new Map<Id, number>();
  for (const { inventory } of nodes.values()) {
    for (const id of new Set(inventory.map(idOf))) claims.set(id, (claims.get(id) ?? 0) + 1);
  }
  return claims;
}

/** Why nothing goes with the node; undefined when something does. */
function wholeStays({ object, inventory, holdsFlux, mark }: DrainNode): string | undefined {
  const stays = `its ${inventory.length} objects stay`;
  if (holdsFlux) return `it installs Flux itself: ${stays} until Flux goes`;
  if (mark !== undefined) return `${mark}: ${stays}`;
  if (object.kind === HelmRelease.kind || prunes(object.spec)) return undefined;
  const policy = textOf(read(object.spec, "deletionPolicy"));
  return `${stays}: its spec says ${policy === "Orphan" ? "deletionPolicy: Orphan" : "prune: false"}`;
}

function goingOf(
  field: DrainField,
  node: DrainNode,
  {
    claims,
    inventories,
  }: { readonly claims: ReadonlyMap<Id, number>; readonly inventories: Inventories },
): InventoryEntry[] {
  const going = new Map<Id, InventoryEntry>();
  for (const entry of node.inventory) {
    const id = idOf(entry);
    const judgement = inventories.holders.has(id)
      ? "elsewhere"
      : judge(field, node, { entry, shared: (claims.get(id) ?? 0) > 1 });
    if (judgement === "goes") going.set(id, entry);
    else if (judgement !== "elsewhere") {
      inventories.kept.push(keptAs(entry, judgement.reason, judgement.protect));
    }
  }
  return [...going.values()];
}

function judge(
  field: DrainField,
  node: DrainNode,
  { entry, shared }: { readonly entry: InventoryEntry; readonly shared: boolean },
): Judgement {
  if (nodeNamed(field, entry) !== undefined) return "elsewhere";
  const live = field.index.find(entry);
  if (isOfFlux(field, entry, live)) {
    return { reason: "it belongs to Flux, which goes later", protect: protection(node, entry) };
  }
  if (live === undefined) return "goes";
  const mark = keptBy(live);
  if (mark !== undefined) return { reason: `marked ${mark}` };
  return judgeOwner(node, live, shared);
}

function judgeOwner(node: DrainNode, live: KubernetesObject, shared: boolean): Judgement {
  if (node.object.kind === HelmRelease.kind) return judgeDefinition(live);
  if (carriesLabelsOf(node, live)) return "goes";
  // Its controller passes over what does not carry its labels.
  if (shared) return "elsewhere";
  return {
    reason: `it lost the labels of ${nameOf(node.key)}, which removes only what carries them`,
  };
}

const ownerLabels: Readonly<Record<string, string>> = {
  Kustomization: "kustomize.toolkit.fluxcd.io",
  ResourceSet: "resourceset.fluxcd.controlplane.io",
};

function carriesLabelsOf({ object: { kind, metadata } }: DrainNode, live: KubernetesObject) {
  const prefix = ownerLabels[kind] ?? "";
  const { labels = {} } = live.metadata;
  return (
    labels[`${prefix}/name`] === metadata.name &&
    labels[`${prefix}/namespace`] === metadata.namespace
  );
}

/** Helm removes the definitions among a chart's templates, and none of its folder crds. */
function judgeDefinition({ kind, metadata }: KubernetesObject): Judgement {
  if (kind !== "CustomResourceDefinition") return "goes";
  const isTemplate = metadata.annotations?.["meta.helm.sh/release-name"] !== undefined;
  return isTemplate ? "goes" : { reason: "Helm does not remove the definitions of a chart" };
}

const fluxGroups = /\.(toolkit\.fluxcd|fluxcd\.controlplane)\.io$/;
const fluxParts: readonly string[] = [FluxInstance.kind, FluxReport.kind];

/** What the drain itself needs to the end, or what is removed after it. */
function isOfFlux(
  { scene: { fluxNamespace } }: DrainField,
  { kind, name, namespace }: InventoryEntry,
  live: KubernetesObject | undefined,
): boolean {
  if (kind === Namespace.kind) return name === fluxNamespace;
  if (kind === "CustomResourceDefinition") return fluxGroups.test(name);
  if (fluxParts.includes(kind)) return namespace === fluxNamespace;
  const { labels = {} } = live?.metadata ?? {};
  return (
    labels["app.kubernetes.io/name"] === "flux-operator" ||
    (labels["app.kubernetes.io/part-of"] === "flux" && namespace === fluxNamespace)
  );
}

const protecting: Readonly<Record<string, string>> = {
  Kustomization: "kustomize.toolkit.fluxcd.io/prune",
  ResourceSet: "fluxcd.controlplane.io/prune",
};

/** protection is what keeps an object from the node that holds it. An uninstall cannot be told. */
export function protection(node: DrainNode, entry: InventoryEntry): Protection | undefined {
  const annotation = protecting[node.object.kind];
  return annotation === undefined ? undefined : { entry, annotation };
}
