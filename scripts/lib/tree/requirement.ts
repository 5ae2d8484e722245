import { Kustomization } from "../kinds.ts";
import type { Key } from "./owner.ts";
import type { Node, Tree } from "./tree.ts";

/** What has to be Ready: everything, the layer named infrastructure, nothing, or these `namespace/name`. */
export type Requirement = "all" | "infrastructure" | "none" | readonly string[];

/** What the requirement means for the tree as it is now. */
export interface Required {
  readonly nodes: ReadonlySet<Key>;
  /** The root Kustomization and its source: without them nothing unfolds. */
  readonly base: readonly Key[];
  /** What has to exist and does not yet, worded for a person. */
  readonly missing: readonly string[];
}

/** requiredNow is what is required of the tree as it is now: it grows while the tree unfolds. */
export function requiredNow(
  tree: Tree,
  nodes: ReadonlyMap<Key, Node>,
  wanted: { readonly requirement: Requirement; readonly kustomizations: readonly string[] },
): Required {
  const { requirement, kustomizations } = wanted;
  const base = [tree.root, tree.source ?? "the source of the sync"];
  const named = kustomizations.map((name) => keyOfName(Kustomization.kind, name));
  const { required, missing } = requiredBy(requirement, nodes);
  const below = childrenOf(required, nodes);
  const absent = [...base, ...named, ...below].filter((key) => !nodes.has(key));
  return {
    nodes: new Set(required),
    base,
    missing: [...new Set([...absent.map(displayKey), ...missing])],
  };
}

function requiredBy(requirement: Requirement, nodes: ReadonlyMap<Key, Node>) {
  if (requirement === "all") return { required: [...nodes.keys()], missing: [] };
  if (requirement === "none") return { required: [], missing: [] };
  if (requirement === "infrastructure") {
    const layers = [...nodes.values()].filter(
      ({ object: { kind, metadata } }) =>
        kind === Kustomization.kind && metadata.name === "infrastructure",
    );
    const required = layers.flatMap(({ key }) => [key, ...descendants(key, nodes)]);
    return { required, missing: layers.length === 0 ? ["Kustomization named infrastructure"] : [] };
  }
  const found = requirement.map((name) => keysOfName(name, nodes));
  const missing = requirement.filter((_, index) => (found[index] ?? []).length === 0);
  return { required: found.flat(), missing };
}

/** Every Flux object that the inventories of required nodes name: it has to be seen, too. */
function childrenOf(required: readonly Key[], nodes: ReadonlyMap<Key, Node>): Key[] {
  return required.flatMap((key) => nodes.get(key)?.children ?? []);
}

function descendants(top: Key, nodes: ReadonlyMap<Key, Node>): Key[] {
  const below: Key[] = [];
  for (const { key } of nodes.values()) {
    const visited = new Set<Key>([key]);
    let parent = nodes.get(key)?.parent;
    while (parent !== undefined && parent !== top && !visited.has(parent)) {
      visited.add(parent);
      parent = nodes.get(parent)?.parent;
    }
    if (parent === top) below.push(key);
  }
  return below;
}

function keysOfName(name: string, nodes: ReadonlyMap<Key, Node>): Key[] {
  return ["Kustomization", "HelmRelease"]
    .map((kind) => keyOfName(kind, name))
    .filter((key) => nodes.has(key));
}

function keyOfName(kind: string, name: string): Key {
  return `${kind}/${name}`;
}

function displayKey(key: Key): string {
  return key.replace("//", "/");
}
