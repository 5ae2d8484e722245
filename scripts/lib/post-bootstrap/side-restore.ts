import type { Cluster } from "../cluster.ts";
import { type RestoreContext, restoreOnce, type RestoreResult } from "../restore/restore.ts";
import type { RestoreSettings } from "../restore/settings.ts";

/**
 * SideRestore brings data back while the fleet unfolds: the layers that need it wait for the marker that it leaves, and the
 * layers that it needs go ahead.
 */
export class SideRestore {
  readonly #over = new AbortController();
  readonly #settings: RestoreSettings | undefined;
  readonly #work: Promise<RestoreResult>;
  #state: "runs" | "done" | "failed" = "runs";

  /** `ended` hears that it is done, or why it is not. */
  constructor(
    cluster: Cluster,
    settings: RestoreSettings | undefined,
    context: RestoreContext,
    ended: (failure?: Error) => void,
  ) {
    this.#settings = settings;
    const signal = AbortSignal.any([context.signal, this.#over.signal]);
    this.#work = restoreOnce(cluster, settings, { ...context, signal });
    this.#work.then(
      () => {
        this.#state = "done";
        ended();
      },
      (error: unknown) => {
        this.#state = "failed";
        ended(error instanceof Error ? error : new Error("the restore ended early"));
      },
    );
  }

  /** What is waited for; undefined when it is done. */
  get waitsFor(): string | undefined {
    if (this.#state !== "runs") return undefined;
    const { kind } = this.#settings ?? {};
    return kind === undefined
      ? "the restore marker is being written"
      : `the restore of data (${kind})`;
  }

  /** Ends what still runs; resolves when nothing of it is under way any more. */
  async close(): Promise<void> {
    this.#over.abort();
    await this.#work.catch(() => undefined);
  }
}
