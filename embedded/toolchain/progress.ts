import { formatDuration } from "../../scripts/lib/log.ts";

/** Share is one group's part of the work: what it costs and how much of it is done, from 0 to 1. */
export interface Share {
  readonly seconds: number;
  readonly done: number;
}

// Until this part of the work is done, the machine's speed cannot be told from the start-up of the first group.
const speedKnownFrom = 0.05;

/** totalSeconds is what all shares cost on the machine they were measured on. */
export function totalSeconds(shares: readonly Pick<Share, "seconds">[]): number {
  return shares.reduce((sum, share) => sum + share.seconds, 0);
}

/**
 * remainingSeconds scales what is left of the known costs by the speed seen so far. What was compiled in an earlier, interrupted run
 * goes by faster than its cost, so the speed is held between a quarter and four times the known one.
 */
export function remainingSeconds(shares: readonly Share[], elapsedSeconds: number): number {
  const total = totalSeconds(shares);
  const done = shares.reduce((sum, share) => sum + share.seconds * share.done, 0);
  if (done < total * speedKnownFrom) return total - done;
  const factor = Math.min(4, Math.max(0.25, elapsedSeconds / done));
  return (total - done) * factor;
}

/**
 * compiledShare turns packages compiled into a share of a group. Linking follows the last package and go says nothing about it, so the
 * compiled packages alone never make the whole.
 */
export function compiledShare(packages: number, expected: number): number {
  return Math.min(0.9, (packages / expected) * 0.9);
}

/** about rounds to what an estimate can promise: `1m`, `14m`. */
export function about(seconds: number): string {
  const minutes = Math.max(1, Math.round(seconds / 60));
  return formatDuration(minutes * 60_000).replace(/00s$/, "");
}
