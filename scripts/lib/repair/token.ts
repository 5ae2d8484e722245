import { randomInt } from "node:crypto";

let last = 0n;

/**
 * newRequestToken is the time in nanoseconds as Flux's own client writes it, such as `2026-01-31T08:00:00.123456789Z`.
 * No two are the same in one process, and the digits below a millisecond are random, so that two machines differ too.
 */
export function newRequestToken(now: number): string {
  const wanted = BigInt(Math.trunc(now)) * 1_000_000n + BigInt(randomInt(1_000_000));
  last = wanted > last ? wanted : last + 1n;
  const milliseconds = Number(last / 1_000_000n);
  const below = String(last % 1_000_000n).padStart(6, "0");
  return new Date(milliseconds).toISOString().replace("Z", `${below}Z`);
}
