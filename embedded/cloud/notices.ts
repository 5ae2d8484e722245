import { createHash } from "node:crypto";

import type { Cluster } from "../../scripts/lib/cluster.ts";
import { Event } from "../../scripts/lib/kinds.ts";
import { displayName, type KubernetesObject } from "../../scripts/lib/object.ts";

/** Notices tell what the cloud cannot do, as warning Events of the object and in the log, each once. */
export class Notices {
  readonly #cluster: Cluster;
  readonly #report: (line: string) => void;
  readonly #told = new Map<string, string>();

  constructor(cluster: Cluster, report: (line: string) => void) {
    this.#cluster = cluster;
    this.#report = report;
  }

  async warn(object: KubernetesObject, reason: string, message: string): Promise<void> {
    const { uid = "" } = object.metadata;
    if (this.#told.get(uid) === message) return;
    this.#told.set(uid, message);
    this.#report(`${displayName(object)}: ${reason}: ${message}`);
    const event = eventOf(object, reason, message);
    // What cannot be told must not keep the cloud from its work.
    await this.#cluster.apply(Event, event).catch((error: unknown) => {
      this.#report(`${displayName(object)}: event not written: ${String(error)}`);
    });
  }

  /** The object is well: the same trouble later is told again. */
  clear({ metadata: { uid = "" } }: KubernetesObject): void {
    this.#told.delete(uid);
  }
}

function eventOf(object: KubernetesObject, reason: string, message: string) {
  const { apiVersion, kind } = object;
  const { name, namespace, uid = "" } = object.metadata;
  const suffix = createHash("sha256").update(`${uid} ${reason} ${message}`).digest("hex");
  const now = new Date().toISOString();
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: `${name}.${suffix.slice(0, 16)}`, namespace: namespace ?? "default" },
    involvedObject: { apiVersion, kind, name, uid, ...(namespace !== undefined && { namespace }) },
    type: "Warning",
    reason,
    message,
    count: 1,
    firstTimestamp: now,
    lastTimestamp: now,
    source: { component: "embedded-cloud" },
  };
}
