import {
  Bucket,
  GitRepository,
  HelmRelease,
  HelmRepository,
  Kustomization,
  OCIRepository,
  type Resource,
  ResourceSet,
} from "../kinds.ts";
import type { KubernetesObject } from "../object.ts";
import { firstReadyAt, type Health, healthOf } from "./health.ts";
import { inventoryOf } from "./inventory.ts";
import { type Key, keyFrom, keyOf, ownerOf } from "./owner.ts";

/** The kinds of a tree's nodes. A HelmChart belongs to its HelmRelease, which tells the same. */
export const treeKinds: readonly Resource[] = [
  GitRepository,
  OCIRepository,
  Bucket,
  HelmRepository,
  Kustomization,
  HelmRelease,
  ResourceSet,
];

const nodeKinds: readonly string[] = treeKinds.map(({ kind }) => kind);
const nodeGroup = /(^|\.)(toolkit\.fluxcd|fluxcd\.controlplane)\.io$/;

/** Node is an object that traces to the root Kustomization. */
export interface Node {
  readonly key: Key;
  readonly object: KubernetesObject;
  /** What applied it; undefined for the root and its source. */
  readonly parent: Key | undefined;
  /** Flux objects that it says it applied. */
  readonly children: readonly Key[];
  readonly health: Health;
  /** When it was first Ready at its current generation, as the cluster says; stays when it flickers later. */
  readonly readyAt: string | undefined;
}

interface Latch {
  readonly uid: string | undefined;
  readonly generation: number | undefined;
  readonly at: string;
}

/**
 * Tree holds what the sync unfolds: the root Kustomization, its source and all that traces to them. Objects are fed in
 * any order; what is not in the tree yet is kept until its owner appears.
 */
export class Tree {
  readonly root: Key;
  readonly #objects = new Map<Key, KubernetesObject>();
  readonly #latches = new Map<Key, Latch>();

  constructor(root: { readonly namespace: string; readonly name: string }) {
    this.root = keyFrom(Kustomization.kind, root.namespace, root.name);
  }

  /** Takes in a state of an object; one of another kind is passed over. */
  seen(object: KubernetesObject): void {
    if (!nodeKinds.includes(object.kind)) return;
    const key = keyOf(object);
    const { uid, generation } = object.metadata;
    const latch = this.#latches.get(key);
    if (latch?.uid !== uid || latch?.generation !== generation) this.#latches.delete(key);
    if (healthOf(object).state === "ready" && !this.#latches.has(key)) {
      this.#latches.set(key, { uid, generation, at: firstReadyAt(object) });
    }
    this.#objects.set(key, object);
  }

  gone(object: KubernetesObject): void {
    this.#objects.delete(keyOf(object));
    this.#latches.delete(keyOf(object));
  }

  /** The root's source, known once the root is. */
  get source(): Key | undefined {
    const root = this.#objects.get(this.root);
    if (root === undefined) return undefined;
    const { sourceRef } = root.spec as {
      readonly sourceRef?: {
        readonly kind: string;
        readonly name: string;
        readonly namespace?: string;
      };
    };
    if (sourceRef === undefined) return undefined;
    return keyFrom(sourceRef.kind, sourceRef.namespace ?? root.metadata.namespace, sourceRef.name);
  }

  /** Every node, by key. */
  nodes(): Map<Key, Node> {
    const nodes = new Map<Key, Node>();
    for (const [key, object] of this.#objects) {
      if (this.#isNode(key)) nodes.set(key, this.#node(key, object));
    }
    return nodes;
  }

  #isNode(key: Key): boolean {
    const visited = new Set<Key>();
    let current: Key | undefined = key;
    while (current !== undefined && !visited.has(current)) {
      if (current === this.root || current === this.source) return true;
      visited.add(current);
      const object = this.#objects.get(current);
      current = object === undefined ? undefined : ownerOf(object);
    }
    return false;
  }

  #node(key: Key, object: KubernetesObject): Node {
    const ownHealth = healthOf(object);
    const latch = this.#latches.get(key);
    const latched = latch !== undefined && ownHealth.state !== "stalled";
    const isTop = key === this.root || key === this.source;
    return {
      key,
      object,
      parent: isTop ? undefined : ownerOf(object),
      children: inventoryOf(object)
        .filter(({ kind, group }) => nodeKinds.includes(kind) && nodeGroup.test(group))
        .map(({ kind, namespace, name }) => keyFrom(kind, namespace, name)),
      health: latched ? { state: "ready", text: "" } : ownHealth,
      readyAt: latch?.at,
    };
  }
}
