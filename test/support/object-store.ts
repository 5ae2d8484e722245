import { randomUUID } from "node:crypto";

import type { KubernetesObject } from "../../scripts/lib/object.ts";
import {
  isIn,
  keyOf,
  matches,
  parseKey,
  type Target,
  type WatchEvent,
} from "./api-server-protocol.ts";

export type Listener = (object: KubernetesObject, event: WatchEvent, target: Target) => void;

/** ObjectStore keeps objects with versions, and deletes what has finalizers only when they are gone. */
export class ObjectStore {
  version = 1;
  readonly #objects = new Map<string, KubernetesObject>();
  readonly #changed: Listener;

  /** `changed` hears every change at once. */
  constructor(changed: Listener) {
    this.#changed = changed;
  }

  get(target: Target): KubernetesObject | undefined {
    return this.#objects.get(keyOf(target));
  }

  select(target: Target, query: URLSearchParams): KubernetesObject[] {
    return [...this.#objects]
      .filter(([key, object]) => isIn(target, parseKey(key)) && matches(object, query))
      .map(([, object]) => object);
  }

  store(target: Target, object: KubernetesObject): KubernetesObject {
    const known = this.get(target);
    const stored = this.#versioned({
      ...object,
      metadata: {
        generation: 1,
        uid: known?.metadata.uid ?? randomUUID(),
        creationTimestamp: known?.metadata.creationTimestamp ?? new Date().toISOString(),
        ...object.metadata,
      },
    });
    const { deletionTimestamp, finalizers = [] } = stored.metadata;
    if (deletionTimestamp !== undefined && finalizers.length === 0) {
      this.#objects.delete(keyOf(target));
      this.#changed(stored, "DELETED", target);
      return stored;
    }
    this.#objects.set(keyOf(target), stored);
    this.#changed(stored, known === undefined ? "ADDED" : "MODIFIED", target);
    return stored;
  }

  /** The object while its finalizers keep it, undefined when it is gone. */
  delete(target: Target): KubernetesObject | undefined {
    const known = this.get(target);
    if (known === undefined) return undefined;
    if ((known.metadata.finalizers ?? []).length > 0) {
      const deletionTimestamp = known.metadata.deletionTimestamp ?? new Date().toISOString();
      return this.store(target, { ...known, metadata: { ...known.metadata, deletionTimestamp } });
    }
    this.#objects.delete(keyOf(target));
    this.#changed(this.#versioned(known), "DELETED", target);
    return undefined;
  }

  #versioned(object: KubernetesObject): KubernetesObject {
    this.version += 1;
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(this.version) } };
  }
}
