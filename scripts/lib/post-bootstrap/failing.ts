import { Failure, firstDetails } from "../failure.ts";
import { formatDuration } from "../log.ts";
import { countsOf, type Report } from "../report/report.ts";
import { renderFindings } from "../report/terminal.ts";
import type { Assessment } from "../tree/assessment.ts";
import { WaitTimeout } from "../wait.ts";

/** failureText is why the bootstrap failed, in one line; undefined when all that is required is there. */
export function failureText(
  assessment: Assessment,
  ended: unknown,
  timeoutMilliseconds: number,
): string | undefined {
  if (assessment.met && ended === undefined) return undefined;
  if (ended !== undefined && !(ended instanceof WaitTimeout)) {
    return ended instanceof Error ? ended.message : "ended early";
  }
  const { required, failed } = countsOf(assessment);
  const bound = formatDuration(timeoutMilliseconds);
  const given = `${failed} of ${required} required objects are not Ready`;
  return ended === undefined ? `${given} and will not become so` : `${given} after ${bound}`;
}

/** asFailure is what `up` ends with. What another step says of its own failure comes first. */
export function asFailure(
  message: string,
  { ended, report, path }: { ended: unknown; report: Report; path: string },
): Failure {
  const own = ended instanceof Failure ? ended : undefined;
  const [first] = report.left.filter(({ standing }) => standing !== "suspended");
  const next = own?.next ?? report.causes[0]?.next ?? first?.next;
  return new Failure(message, {
    details: firstDetails([...(own?.details ?? []), ...renderFindings(report, { width: 160 })]),
    next: next ?? `kubectl -n ${report.fluxNamespace} describe fluxinstance flux`,
    report: path,
    cause: ended,
  });
}
