/**
 * Failure is an outcome that a person has to act on: what is not true, up to 40 lines of evidence, and the one command
 * to run next. `report` is the path of a file that says more, and is printed last.
 */
export class Failure extends Error {
  readonly details: readonly string[];
  readonly next: string | undefined;
  readonly report: string | undefined;

  constructor(
    message: string,
    more: { details?: readonly string[]; next?: string; report?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.name = "Failure";
    this.details = more.details ?? [];
    this.next = more.next;
    this.report = more.report;
  }
}

const mostDetails = 36;

/** firstDetails keeps a failure within 40 lines and says how many lines it left out. */
export function firstDetails(lines: readonly string[], most = mostDetails): string[] {
  if (lines.length <= most) return [...lines];
  return [...lines.slice(0, most - 1), `… and ${lines.length - most + 1} more`];
}
