import type { Snapshot } from "../classify/snapshot.ts";
import type { KubernetesObject } from "../object.ts";
import { type Key, keyFrom, keyOf } from "../tree/owner.ts";
import type { PodEvent } from "./finding.ts";
import { fieldsOf, numberOf, textOf, timeOf } from "./json.ts";

interface Recorded extends PodEvent {
  /** Of the object it is about; empty when the event does not say. */
  readonly uid: string;
}

/** Surroundings finds what belongs to a pod among all that a snapshot holds. */
export class Surroundings {
  readonly snapshot: Snapshot;
  readonly #byKey = new Map<Key, KubernetesObject>();
  readonly #byUid = new Map<string, KubernetesObject>();
  readonly #byKind = new Map<string, KubernetesObject[]>();
  readonly #events = new Map<Key, Recorded[]>();

  constructor(snapshot: Snapshot) {
    this.snapshot = snapshot;
    for (const object of snapshot.objects) {
      if (object.kind === "Event") this.#record(object);
      else this.#add(object);
    }
  }

  find(kind: string, namespace: string | undefined, name: string): KubernetesObject | undefined {
    return this.#byKey.get(keyFrom(kind, namespace, name));
  }

  at(key: Key): KubernetesObject | undefined {
    return this.#byKey.get(key);
  }

  withUid(uid: string): KubernetesObject | undefined {
    return this.#byUid.get(uid);
  }

  all(kind: string): readonly KubernetesObject[] {
    return this.#byKind.get(kind) ?? [];
  }

  /** Whether the kind could be read, so that what is not there does not exist. */
  knows(kind: string): boolean {
    return this.#byKind.has(kind);
  }

  /** Warnings about the object, the newest first; not those about an earlier object of its name. */
  eventsOf(object: KubernetesObject): PodEvent[] {
    const { uid } = object.metadata;
    const recorded = this.#events.get(keyOf(object)) ?? [];
    return recorded
      .filter((event) => event.uid === "" || uid === undefined || event.uid === uid)
      .map(({ reason, message, count, at }) => ({ reason, message, count, at }))
      .sort((a, b) => b.at - a.at);
  }

  #add(object: KubernetesObject): void {
    const { uid } = object.metadata;
    this.#byKey.set(keyOf(object), object);
    if (uid !== undefined) this.#byUid.set(uid, object);
    const same = this.#byKind.get(object.kind);
    if (same === undefined) this.#byKind.set(object.kind, [object]);
    else same.push(object);
  }

  #record(object: KubernetesObject): void {
    const event = object as unknown as Record<string, unknown>;
    const { involvedObject, reason, message, type } = event;
    if (type === "Normal") return;
    const { kind, namespace, name, uid } = fieldsOf(involvedObject);
    const key = keyFrom(textOf(kind), textOf(namespace), textOf(name));
    const recorded = {
      uid: textOf(uid),
      reason: textOf(reason),
      message: textOf(message),
      count: countOf(event),
      at: lastSeen(event),
    };
    const known = this.#events.get(key);
    if (known === undefined) this.#events.set(key, [recorded]);
    else known.push(recorded);
  }
}

function countOf({ count, series }: Record<string, unknown>): number {
  return numberOf(fieldsOf(series)["count"]) ?? numberOf(count) ?? 1;
}

function lastSeen(event: Record<string, unknown>): number {
  const { lastTimestamp, series, eventTime, firstTimestamp, metadata } = event;
  const times = [
    fieldsOf(series)["lastObservedTime"],
    lastTimestamp,
    eventTime,
    firstTimestamp,
    fieldsOf(metadata)["creationTimestamp"],
  ];
  return times.map(timeOf).find((time) => time !== undefined) ?? 0;
}
