const mostAttempts = 6;
const longestPauseMilliseconds = 30_000;

/** An answer to a request that was sent `attempt` times. */
export interface Refusal {
  readonly method: string;
  readonly code: number;
  /** The header of that name. */
  readonly retryAfter: string | null;
  readonly attempt: number;
}

/**
 * retryPause is after how many milliseconds the server wants the request again; undefined when it is not sent again. A
 * read is repeated after 429 and 503; a write only after 429, which says that the server did nothing.
 */
export function retryPause({ method, code, retryAfter, attempt }: Refusal): number | undefined {
  const busy = code === 429 || (code === 503 && method === "GET");
  if (!busy || retryAfter === null || attempt >= mostAttempts) return undefined;
  const seconds = Number(retryAfter);
  const milliseconds = Number.isNaN(seconds) ? Date.parse(retryAfter) - Date.now() : seconds * 1000;
  return milliseconds <= longestPauseMilliseconds ? Math.max(milliseconds, 0) : undefined;
}
