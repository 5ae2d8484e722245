import type { Cluster } from "../../../scripts/lib/cluster.ts";
import type { Resource } from "../../../scripts/lib/kinds.ts";
import { stderrLog } from "../../../scripts/lib/log.ts";
import { displayName, type KubernetesObject, type Reference } from "../../../scripts/lib/object.ts";
import { waitFor } from "../../../scripts/lib/wait.ts";
import type { Test } from "./scenario.ts";

type Listener = (object: KubernetesObject | undefined) => void;

/** Objects follows whole kinds, one connection each, and tells each waiter of its object. */
export class Objects {
  readonly #cluster: Cluster;
  readonly #signal: AbortSignal;
  readonly #followed = new Set<string>();
  readonly #latest = new Map<string, KubernetesObject>();
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor(cluster: Cluster, signal: AbortSignal) {
    this.#cluster = cluster;
    this.#signal = signal;
  }

  /** Resolves with the object as it was when the test became true of it; it is asked of every state it was seen in from now. */
  async until(reference: Reference, test: Test, timeoutMilliseconds: number) {
    const { resource } = reference;
    this.#follow(resource);
    const key = displayName(reference);
    const wait = {
      what: key,
      timeoutMilliseconds,
      next: "look at the cluster of this test",
      log: stderrLog,
    };
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners);
    let listener: Listener | undefined;
    try {
      return await waitFor<KubernetesObject>(wait, ({ state, resolve }) => {
        listener = (object) => {
          state(object === undefined ? "NotFound" : JSON.stringify(object.status ?? {}));
          if (object !== undefined && test(object)) resolve(object);
        };
        listeners.add(listener);
        listener(this.#latest.get(key));
      });
    } finally {
      if (listener !== undefined) listeners.delete(listener);
    }
  }

  #follow(resource: Resource): void {
    const id = `${resource.apiVersion}/${resource.kind}`;
    if (this.#followed.has(id)) return;
    this.#followed.add(id);
    const tell = (object: KubernetesObject, current: KubernetesObject | undefined) => {
      const key = displayName({ ...object, kind: resource.kind });
      if (current === undefined) this.#latest.delete(key);
      else this.#latest.set(key, current);
      for (const listener of this.#listeners.get(key) ?? []) listener(current);
    };
    this.#cluster.follow(
      resource,
      { signal: this.#signal },
      {
        seen: (object) => {
          tell(object, object);
        },
        gone: (object) => {
          tell(object, undefined);
        },
      },
    );
  }
}
