import { setTimeout as pause } from "node:timers/promises";

import { UnreachableError } from "../api-server.ts";

const retryMilliseconds = 500;
const patience = 60_000;

/**
 * persist repeats a write that no API server heard, for at most a minute: an hour of restoring must not be lost to an
 * outage of seconds. The write has to stand being done twice, because an answer may be lost on its way.
 */
export async function persist<T>(write: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const until = Date.now() + patience;
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof UnreachableError) || Date.now() > until) throw error;
    }
    // Nothing announces that a server is back.
    await pause(retryMilliseconds, undefined, signal && { signal });
  }
}
