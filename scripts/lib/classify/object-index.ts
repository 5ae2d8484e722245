import type { KubernetesObject } from "../object.ts";
import { type Key, keyFrom, keyOf } from "../tree/owner.ts";
import { listOf, read, textOf } from "./field.ts";

/** ObjectIndex finds the objects of a snapshot by what they are called and by what made them. */
export class ObjectIndex {
  readonly #byKey = new Map<Key, KubernetesObject>();
  readonly #byKind = new Map<string, KubernetesObject[]>();
  readonly #byOwner = new Map<string, KubernetesObject[]>();
  readonly #byRelease = new Map<Key, KubernetesObject[]>();
  readonly #pods = new Map<string, KubernetesObject[]>();
  readonly #warnings = new Map<Key, KubernetesObject[]>();

  constructor(objects: readonly KubernetesObject[]) {
    for (const object of objects) this.#add(object);
  }

  get(key: Key): KubernetesObject | undefined {
    return this.#byKey.get(key);
  }

  ofKind(kind: string): readonly KubernetesObject[] {
    return this.#byKind.get(kind) ?? [];
  }

  /** What names the object of that UID as its owner. */
  ownedBy(uid: string | undefined): readonly KubernetesObject[] {
    return uid === undefined ? [] : (this.#byOwner.get(uid) ?? []);
  }

  /** What carries the labels of that HelmRelease. */
  ofRelease(key: Key): readonly KubernetesObject[] {
    return this.#byRelease.get(key) ?? [];
  }

  podsIn(namespace: string | undefined): readonly KubernetesObject[] {
    return this.#pods.get(namespace ?? "") ?? [];
  }

  /** Warning events about the object, in no order. */
  warningsOf(key: Key): readonly KubernetesObject[] {
    return this.#warnings.get(key) ?? [];
  }

  #add(object: KubernetesObject): void {
    const { kind, metadata } = object;
    if (kind === "Event") {
      addTo(this.#warnings, keyOfSubject(object), object);
      return;
    }
    this.#byKey.set(keyOf(object), object);
    addTo(this.#byKind, kind, object);
    if (kind === "Pod") addTo(this.#pods, metadata.namespace ?? "", object);
    for (const { uid } of metadata.ownerReferences ?? []) addTo(this.#byOwner, uid, object);
    const release = metadata.labels?.["helm.toolkit.fluxcd.io/name"];
    if (release === undefined) return;
    const namespace = metadata.labels?.["helm.toolkit.fluxcd.io/namespace"];
    addTo(this.#byRelease, keyFrom("HelmRelease", namespace, release), object);
  }
}

function keyOfSubject(event: KubernetesObject): Key {
  const subject = (name: string) => textOf(read(event, "involvedObject", name));
  return keyFrom(subject("kind"), subject("namespace"), subject("name"));
}

function addTo<T>(map: Map<string, T[]>, key: string, item: T): void {
  const items = map.get(key);
  if (items === undefined) map.set(key, [item]);
  else items.push(item);
}

/** argumentsOf is the command line of a workload's containers, all of them in one. */
export function argumentsOf(workload: KubernetesObject): string[] {
  const containers = listOf(read(workload.spec, "template", "spec", "containers"));
  return containers.flatMap((container) => listOf(read(container, "args")).map(textOf));
}
