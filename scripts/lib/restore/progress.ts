import { ApiError } from "../api-server.ts";
import type { Cluster } from "../cluster.ts";
import { Failure } from "../failure.ts";
import { ConfigMap } from "../kinds.ts";
import type { Reference } from "../object.ts";
import type { ConfigMapObject } from "./marker.ts";
import { persist } from "./persist.ts";
import {
  type FoundRecord,
  progressName,
  type ProgressRecord,
  recordOf,
  readProgress,
  refusal,
} from "./progress-record.ts";

export interface Beginning {
  readonly namespace: string;
  readonly record: Omit<ProgressRecord, "state" | "seenAt" | "reason">;
  /** The record of a run that did not finish and is now gone on with. */
  readonly earlier: FoundRecord | undefined;
  /** How often a sign of life is written. */
  readonly signMilliseconds: number;
}

/**
 * Progress holds the record while this run restores: one run at a time can, and it shows a sign of life until it ends.
 * When the process dies the record stays.
 */
export class Progress {
  readonly #cluster: Cluster;
  readonly #reference: Reference;
  readonly #run: string;
  readonly #lost = new AbortController();
  readonly #timer: NodeJS.Timeout;

  private constructor(cluster: Cluster, { namespace, record, signMilliseconds }: Beginning) {
    this.#cluster = cluster;
    this.#reference = { resource: ConfigMap, name: progressName, namespace };
    this.#run = record.run;
    this.#timer = setInterval(() => void this.#sign(), signMilliseconds);
  }

  /** Throws a Failure when another run has the record. */
  static async begin(cluster: Cluster, beginning: Beginning): Promise<Progress> {
    const { namespace, record } = beginning;
    const seenAt = new Date(cluster.now()).toISOString();
    const data = { ...record, state: "restoring", seenAt, reason: "" };
    const taken = await take(cluster, beginning, data);
    if (!taken) {
      const other = await readProgress(cluster, namespace);
      if (other !== undefined) throw refusal(other, namespace, cluster.now());
      throw new Failure("another run restored at the same moment. Nothing was touched.", {
        next: "pulumi up",
      });
    }
    return new Progress(cluster, beginning);
  }

  /** Aborts when the record is removed or another run has taken it over. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Whether the record is still this run's. */
  async isHeld(): Promise<boolean> {
    const found = await persist(async () => this.#cluster.get<ConfigMapObject>(this.#reference));
    return found !== undefined && recordOf(found).run === this.#run;
  }

  /** The record stays, with the reason. */
  async failed(reason: string): Promise<void> {
    this.stop();
    if (await this.isHeld()) await this.#write({ state: "failed", reason });
  }

  /** The record goes. */
  async done(): Promise<void> {
    this.stop();
    await removeProgress(this.#cluster, this.#reference.namespace ?? "");
  }

  /** No more signs of life. */
  stop(): void {
    clearInterval(this.#timer);
  }

  async #sign(): Promise<void> {
    try {
      const found = await this.#write({});
      const held = found !== undefined && recordOf(found).run === this.#run;
      if (!held) this.#lost.abort();
    } catch {
      // The next sign may get through; who reads the record goes by the time of the last one.
    }
  }

  async #write(data: Partial<ProgressRecord>): Promise<ConfigMapObject | undefined> {
    const seenAt = new Date(this.#cluster.now()).toISOString();
    return this.#cluster.patch<ConfigMapObject>(this.#reference, { data: { ...data, seenAt } });
  }
}

/** Nothing when there is no record. */
export async function removeProgress(cluster: Cluster, namespace: string): Promise<void> {
  const reference = { resource: ConfigMap, name: progressName, namespace };
  await persist(async () => cluster.delete(reference));
}

/** False when another run was first. */
async function take(
  cluster: Cluster,
  { namespace, earlier, record }: Beginning,
  data: Readonly<Record<string, string>>,
): Promise<boolean> {
  const metadata = { name: progressName, namespace };
  const { apiVersion, kind } = ConfigMap;
  try {
    if (earlier === undefined) {
      const object: ConfigMapObject = { apiVersion, kind, metadata, data };
      await persist(async () => cluster.create(ConfigMap, object));
      return true;
    }
    // The version makes this fail when another run was here in between.
    const { resourceVersion } = earlier;
    const patch = { metadata: { resourceVersion }, data };
    const patched = await cluster.patch({ resource: ConfigMap, ...metadata }, patch);
    return patched !== undefined;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 409) throw error;
    // An answer that got lost: the record may be this run's after all.
    return (await readProgress(cluster, namespace))?.run === record.run;
  }
}
