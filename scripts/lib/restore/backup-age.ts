import { Failure } from "../failure.ts";
import { formatDuration } from "../log.ts";

export interface AgePolicy {
  readonly maxAge: number;
  readonly onOld: "fail" | "continue";
}

/** Clocks of backup stores differ by minutes, never by hours. */
const aheadMilliseconds = 3_600_000;

/**
 * judgeAge says how old a backup is, in one line. Throws a Failure when it is older than allowed, or when its time cannot
 * be true. `now` is the API server's clock in milliseconds.
 */
export function judgeAge(
  { id, takenAt }: { readonly id: string; readonly takenAt: string | undefined },
  { maxAge, onOld }: AgePolicy,
  now: number,
): string {
  if (takenAt === undefined) return `backup ${id}: its age is not known before it is restored`;
  const age = now - Date.parse(takenAt);
  if (age < -aheadMilliseconds) {
    throw new Failure(
      `backup ${id} must have been taken in the past, got ${takenAt}. Nothing was restored.`,
      { next: "date -u" },
    );
  }
  const old = `backup ${id} was taken at ${takenAt}, ${formatDuration(Math.max(0, age))} ago`;
  if (age <= maxAge) return old;
  const allowed = formatDuration(maxAge);
  if (onOld === "continue") return `${old}, more than ${allowed}; restore.onOld is "continue"`;
  throw new Failure(
    `backup ${id} must be at most ${allowed} old (restore.maxAge), got ${formatDuration(age)}: taken at ${takenAt}. ` +
      "Take a newer one, or accept this one.",
    { next: "pulumi config set --path restore.onOld continue" },
  );
}
