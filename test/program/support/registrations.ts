import { Worker } from "node:worker_threads";

import type { Values } from "../../support/settings.ts";
import type { Registration } from "./effects.ts";

export type Cloud = "aks" | "eks";

/** The work of the thread: what is asked of it. */
export interface Asked {
  readonly cloud: Cloud;
  /** Values below `cluster.aks` or `cluster.eks`. */
  readonly variants: readonly Values[];
}

/**
 * Registrations are what a cluster in a cloud registers, once for each set of values, all worked out in a thread of their
 * own: a test runner follows every promise of its own thread, which is most of the time of a run.
 */
export class Registrations {
  readonly #found: Promise<readonly Registration[]>;
  readonly #variants: readonly string[];

  constructor(cloud: Cloud, changes: readonly { readonly from: Values; readonly to: Values }[]) {
    const all = changes.flatMap(({ from, to }) => [from, to]);
    const variants = new Map(all.map((values) => [JSON.stringify(values), values]));
    this.#variants = [...variants.keys()];
    this.#found = inThread({ cloud, variants: [...variants.values()] });
  }

  /** What is registered with these values. */
  async of(values: Values): Promise<Registration> {
    const found = (await this.#found)[this.#variants.indexOf(JSON.stringify(values))];
    if (found === undefined) throw new Error(`${JSON.stringify(values)} is in no change`);
    return found;
  }
}

async function inThread(asked: Asked): Promise<readonly Registration[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly Registration[]>();
  const worker = new Worker(new URL("register.ts", import.meta.url), { workerData: asked });
  worker.once("message", resolve);
  worker.once("error", reject);
  worker.once("exit", () => {
    reject(new Error("the thread ended without an answer"));
  });
  return await promise;
}
