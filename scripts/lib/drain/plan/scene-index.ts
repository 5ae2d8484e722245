import type { KubernetesObject } from "../../object.ts";
import type { InventoryEntry } from "../../tree/inventory.ts";

/** Id tells an object from every other of the cluster: `group/Kind/namespace/name`, parts empty where there are none. */
export type Id = string;

export function idOf({ group, kind, namespace = "", name }: InventoryEntry): Id {
  return `${group}/${kind}/${namespace}/${name}`;
}

export function idOfObject(object: KubernetesObject): Id {
  return idOf(entryOf(object));
}

/** entryOf is the object as an inventory would name it. */
export function entryOf({ apiVersion, kind, metadata }: KubernetesObject): InventoryEntry {
  return { group: groupOf(apiVersion), kind, name: metadata.name, namespace: metadata.namespace };
}

/** groupOf is `apps` of `apps/v1`, and empty for the core group. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
}

/** compareKeys orders texts the same on every machine. */
export function compareKeys(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** SceneIndex finds the objects of a scene. */
export class SceneIndex {
  readonly #byId = new Map<Id, KubernetesObject>();
  readonly #byUid = new Map<string, KubernetesObject>();
  readonly #byNamespace = new Map<string, KubernetesObject[]>();
  readonly #byKind = new Map<string, KubernetesObject[]>();

  constructor(objects: readonly KubernetesObject[]) {
    for (const object of objects) {
      const { uid, namespace } = object.metadata;
      this.#byId.set(idOfObject(object), object);
      if (uid !== undefined) this.#byUid.set(uid, object);
      if (namespace !== undefined) push(this.#byNamespace, namespace, object);
      push(this.#byKind, object.kind, object);
    }
  }

  find(entry: InventoryEntry): KubernetesObject | undefined {
    return this.#byId.get(idOf(entry));
  }

  byUid(uid: string): KubernetesObject | undefined {
    return this.#byUid.get(uid);
  }

  inNamespace(namespace: string): readonly KubernetesObject[] {
    return this.#byNamespace.get(namespace) ?? [];
  }

  /** Objects of the kind, whatever their group; those of `group` when it is given. */
  ofKind(kind: string, group?: string): readonly KubernetesObject[] {
    const all = this.#byKind.get(kind) ?? [];
    return group === undefined ? all : all.filter((one) => groupOf(one.apiVersion) === group);
  }
}

function push<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}
