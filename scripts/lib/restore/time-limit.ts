import { Failure } from "../failure.ts";
import { formatDuration } from "../log.ts";

/** TimeLimit bounds a restore: its signal aborts with the Failure that says why it has to end. */
export class TimeLimit {
  /** When the time is up, by this machine's clock. */
  readonly until: number;
  readonly #over = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #cancelled: AbortSignal;

  constructor(milliseconds: number, cancelled: AbortSignal) {
    this.until = Date.now() + milliseconds;
    this.#timer = setTimeout(() => {
      const bound = formatDuration(milliseconds);
      this.end(`the restore must end within ${bound} (restore.timeout), and did not`);
    }, milliseconds);
    this.#cancelled = cancelled;
    if (cancelled.aborted) this.#cancel();
    else cancelled.addEventListener("abort", this.#cancel);
  }

  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** Ends the restore for this reason. */
  end(reason: string): void {
    this.#over.abort(new Failure(reason));
  }

  /** Why the restore ended: the limit's reason where it was reached, with what was going on as a detail. */
  explain(error: unknown): Error {
    const own = error instanceof Error ? error : new Error(String(error));
    const reason: unknown = this.signal.reason;
    if (!(reason instanceof Failure) || own === reason) return own;
    return new Failure(reason.message, { details: [own.message], cause: own });
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#cancelled.removeEventListener("abort", this.#cancel);
  }

  readonly #cancel = () => {
    this.end("the restore was cancelled");
  };
}
