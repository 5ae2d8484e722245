import type { Cluster } from "../cluster.ts";
import type { KubernetesObject } from "../object.ts";
import type { Entry } from "./journal.ts";
import type { Limits } from "./limits.ts";
import { Pool } from "./pool.ts";
import { describeNeed, needOf, Rights } from "./rights.ts";
import { deletePod, writeRequest, type Writing, type Written } from "./writing.ts";

export interface WriterContext {
  /** Ends the repair: nothing is written afterwards. */
  readonly signal: AbortSignal;
  /** @default the rights of the cluster's user, asked for before the first write of each sort */
  readonly rights?: Rights;
  /** Resolves when writing is allowed at this moment, rejects when it is not any more. @default always */
  readonly allowed?: () => Promise<void>;
}

/** A write that was decided on. */
export interface Begun {
  readonly entry: Entry;
  readonly object: KubernetesObject;
}

/** Writer makes writes, a few at a time, and none that the user has no right to. */
export class Writer {
  readonly #writing: Writing;
  readonly #rights: Rights;
  readonly #pool: Pool;

  constructor(cluster: Cluster, limits: Limits, context: WriterContext) {
    this.#writing = {
      cluster,
      fieldManager: limits.fieldManager,
      signal: context.signal,
      allowed: context.allowed ?? (async () => Promise.resolve()),
    };
    this.#rights = context.rights ?? new Rights(cluster);
    this.#pool = new Pool(limits.concurrentWrites);
  }

  /** Resolves when all of them are made or refused; `written` hears of each. */
  async write(
    begun: readonly Begun[],
    written: (begun: Begun, written: Written) => void,
  ): Promise<void> {
    const refused = await this.#refused(begun);
    const writes = begun.map(async (each) =>
      this.#pool.run(async () => {
        const text = refused.get(each.entry);
        written(each, text === undefined ? await this.#send(each) : { outcome: "failed", text });
      }),
    );
    await Promise.all(writes);
  }

  async #refused(begun: readonly Begun[]): Promise<ReadonlyMap<Entry, string>> {
    const needs = begun.map(({ entry, object }) => ({ entry, need: needOf(object, entry.action) }));
    const asked = needs.map(({ need }) => need).filter((need) => need !== undefined);
    const unique = [...new Map(asked.map((need) => [describeNeed(need), need])).values()];
    // When nobody answers, the write itself waits for the API server.
    const missing = await this.#rights.missing(unique).catch(() => []);
    const texts = new Set(missing.map(describeNeed));
    return new Map(
      needs.flatMap(({ entry, need }) => {
        const text = need === undefined ? "" : describeNeed(need);
        return texts.has(text) ? [[entry, `the user is not allowed to ${text}`] as const] : [];
      }),
    );
  }

  async #send({ entry, object }: Begun): Promise<Written> {
    return entry.action === "restart-controller"
      ? deletePod(object, this.#writing)
      : writeRequest(entry, object, this.#writing);
  }
}
