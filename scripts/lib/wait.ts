import { formatDuration, type Log } from "./log.ts";

/** Wait describes a bounded wait for a condition. */
export interface Wait {
  /** What is waited for, such as `Deployment/flux-system/flux-operator (Available)`. */
  readonly what: string;
  readonly timeoutMilliseconds: number;
  /** The one command that helps a person whose wait timed out. */
  readonly next: string;
  readonly log: Log;
  /** Ends the wait early. */
  readonly signal?: AbortSignal;
}

/** What the code that watches a condition is given. */
export interface Waiting<T> {
  /** Aborts when the wait is over, however it ended. */
  readonly signal: AbortSignal;
  /** Records the last state seen: a time-out prints it. */
  readonly state: (text: string) => void;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

/** WaitTimeout carries what was waited for and the last state seen. */
export class WaitTimeout extends Error {
  readonly what: string;
  readonly lastState: string;

  constructor(wait: Wait, lastState: string) {
    const bound = formatDuration(wait.timeoutMilliseconds);
    super(`${wait.what} not reached after ${bound}: ${lastState}. Next: ${wait.next}`);
    this.name = "WaitTimeout";
    this.what = wait.what;
    this.lastState = lastState;
  }
}

const quietMilliseconds = 2_000;
const reminderMilliseconds = 15_000;

/**
 * waitFor runs `watch` until it resolves or rejects, at most for the time-out, after which it rejects with WaitTimeout.
 * A wait that lasts says what it waits for after two seconds, and its last state every fifteen.
 */
export async function waitFor<T>(wait: Wait, watch: (waiting: Waiting<T>) => void): Promise<T> {
  const over = new AbortController();
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  let lastState = "nothing seen yet";
  const bound = formatDuration(wait.timeoutMilliseconds);
  const announce = setTimeout(() => {
    wait.log.wait(`waiting for ${wait.what} up to ${bound}`);
  }, quietMilliseconds);
  const remind = setInterval(() => {
    wait.log.wait(`still waiting for ${wait.what}: ${lastState}`);
  }, reminderMilliseconds);
  const deadline = setTimeout(() => {
    reject(new WaitTimeout(wait, lastState));
  }, wait.timeoutMilliseconds);
  const cancel = () => {
    reject(new Error(`waiting for ${wait.what} was cancelled; last state: ${lastState}`));
  };
  wait.signal?.addEventListener("abort", cancel);
  if (wait.signal?.aborted === true) cancel();
  const state = (text: string) => {
    lastState = text;
  };
  try {
    watch({ signal: over.signal, state, resolve, reject });
    return await promise;
  } finally {
    over.abort();
    clearTimeout(announce);
    clearInterval(remind);
    clearTimeout(deadline);
    wait.signal?.removeEventListener("abort", cancel);
  }
}
