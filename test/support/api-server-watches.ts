import type { ServerResponse } from "node:http";

import type { KubernetesObject } from "../../scripts/lib/object.ts";
import { isIn, matches, type Target, type WatchEvent, writeEvent } from "./api-server-protocol.ts";

/** A collection that is asked for, and where the answer goes. */
export interface Watcher {
  readonly target: Target;
  readonly query: URLSearchParams;
  readonly response: ServerResponse;
}

interface Change {
  readonly object: KubernetesObject;
  readonly event: WatchEvent;
  readonly target: Target;
}

/** Watches tells every watcher what happens to its collection, and first what happened since its version. */
export class Watches {
  readonly #history: Change[] = [];
  readonly #watchers = new Set<Watcher>();
  #oldest = 0;

  changed(object: KubernetesObject, event: WatchEvent, target: Target): void {
    this.#history.push({ object, event, target });
    for (const { target: collection, query, response } of this.#watchers) {
      if (isIn(collection, target) && matches(object, query)) writeEvent(response, event, object);
    }
  }

  /** Forgets what happened before the version. */
  compact(version: number): void {
    this.#history.length = 0;
    this.#oldest = version;
  }

  answer(watcher: Watcher): void {
    const { target, query, response } = watcher;
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    const since = Number(query.get("resourceVersion") ?? "0");
    if (since < this.#oldest) {
      response.end(`${JSON.stringify({ type: "ERROR", object: { kind: "Status", code: 410 } })}\n`);
      return;
    }
    this.#watchers.add(watcher);
    response.on("close", () => this.#watchers.delete(watcher));
    for (const past of this.#history) {
      const newer = Number(past.object.metadata.resourceVersion) > since;
      if (newer && isIn(target, past.target) && matches(past.object, query)) {
        writeEvent(response, past.event, past.object);
      }
    }
  }
}
