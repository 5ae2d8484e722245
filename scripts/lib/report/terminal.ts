import type { Findings, Left, ReportCause, ReportPod } from "./findings.ts";
import { helped, type ReportRepair } from "./repairs.ts";
import type { Report, ReportLink } from "./report.ts";
import { cut, namesOf, oneLine, plural, printable, took, wrap } from "./text.ts";
import { renderTimeline, secondsInAll } from "./timeline.ts";
import { endings, type LeftStanding, standings } from "./words.ts";

/** How a terminal shows a report. */
export interface TerminalStyle {
  /** Longest line, but for commands, which are never cut. Default 100. */
  readonly width?: number;
  /** Default false. */
  readonly color?: boolean;
  /** How many causes, pods and objects are named each; the rest is counted. Default 5. */
  readonly most?: number;
  /** Whether to print the fields that decided. Default false. */
  readonly evidence?: boolean;
}

type Style = Required<TerminalStyle>;

const defaults: Style = { width: 100, color: false, most: 5, evidence: false };
const longestCommand = 1000;
const messageLines = 3;

/** terminalStyle fits the stream: colour only on a terminal and without NO_COLOR, at most 100 columns. */
export function terminalStyle(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  environment: NodeJS.ProcessEnv = process.env,
): TerminalStyle {
  const plain = environment["NO_COLOR"] !== undefined && environment["NO_COLOR"] !== "";
  const width = Math.max(40, Math.min(defaults.width, stream.columns ?? defaults.width));
  return { width, color: stream.isTTY === true && !plain };
}

/** renderTerminal is the report in lines: at most twelve when all is well. */
export function renderTerminal(report: Report, terminal: TerminalStyle = {}): string[] {
  const style = { ...defaults, ...terminal };
  const { outcome, counts, phases, chain } = report;
  const { glyph, title } = endings[outcome];
  const total = secondsInAll(report, phases);
  const reached = `${counts.ready} of ${counts.required} required objects are Ready`;
  const head = report.reason ?? `${reached}, ${took(total)} after the first object was made`;
  const line = fit(`${glyph} ${title}: ${oneLine(head)}`, style);
  return [
    paint(line, outcome === "failed" ? "stuck" : outcome === "ready" ? "ready" : "failing", style),
    ...renderFindings(report, style),
    ...renderTimeline(phases, { width: style.width - 2, total }).map((bar) => `  ${bar}`),
    ...chainText(chain, style),
  ];
}

/** renderFindings is what is wrong, what was done and what is left, in lines; empty when there is nothing. */
export function renderFindings(findings: Findings, terminal: TerminalStyle = {}): string[] {
  const style = { ...defaults, ...terminal };
  const { causes, repairs, pods, left, limits } = findings;
  const unexplained = left.filter(
    ({ cause, standing }) => cause === undefined && standing !== "suspended",
  );
  const suspended = left.filter(({ standing }) => standing === "suspended");
  return [
    ...some(causes, style, (cause) => causeLines(cause, style), "more causes"),
    ...some(pods, style, (pod) => podLines(pod, style), "more pods"),
    ...repairLines(repairs, style),
    ...some(unexplained, style, (entry) => leftLines(entry, style), "more not Ready"),
    ...(suspended.length === 0 ? [] : [suspendedLine(suspended, style)]),
    ...limits.map((limit) =>
      fit(`  ${standings.missing.glyph} not seen: ${oneLine(limit)}`, style),
    ),
  ];
}

function some<T>(
  list: readonly T[],
  { most }: Style,
  lines: (item: T) => string[],
  rest: string,
): string[] {
  const shown = list.slice(0, most).flatMap(lines);
  return list.length > most ? [...shown, `  … and ${list.length - most} ${rest}`] : shown;
}

function causeLines(cause: ReportCause, style: Style): string[] {
  const { objects, affected, standing, text, evidence, nextRetry } = cause;
  const [first = "", ...others] = objects;
  const and = others.length === 0 ? "" : ` and ${plural(others.length, "object")} alike`;
  const { glyph, word } = standings[standing];
  const decided = evidence.map(({ field, value }) => `${field} = ${oneLine(value)}`);
  return [
    paint(fit(`  ${glyph} ${word}: ${first}${and}`, style), standing, style),
    ...indented(text, style),
    ...(style.evidence ? decided.map((line) => fit(`      by ${line}`, style)) : []),
    ...(affected.length === 0 ? [] : [`      ${holdsUp(affected, style)}`]),
    ...(style.evidence ? [fit(`      tries again by itself: ${oneLine(nextRetry)}`, style)] : []),
    next(cause.next),
  ];
}

function holdsUp(affected: readonly string[], { width }: Style): string {
  const head = `holds up ${affected.length}: `;
  return `${head}${namesOf(affected.map(oneLine), width - head.length - margin.length)}`;
}

const margin = " ".repeat(6);

function indented(text: string, { width }: Style): string[] {
  return wrap(oneLine(text), width - margin.length, messageLines).map((line) => `${margin}${line}`);
}

function podLines({ workload, problem, container, text, count, ...pod }: ReportPod, style: Style) {
  const where = container === undefined ? "" : `, container ${container}`;
  const many = count === 1 ? "" : ` (${count} pods)`;
  const log = pod.logLines.slice(style.evidence ? -5 : -1);
  return [
    paint(fit(`  ▲ pod ${problem}: ${workload}${where}${many}`, style), "failing", style),
    ...indented(text, style),
    ...log.map((line) => fit(`      | ${oneLine(line)}`, style)),
    next(pod.next),
  ];
}

/** What worked is one line; what did not is one each. */
function repairLines(repairs: readonly ReportRepair[], style: Style): string[] {
  const worked = repairs.filter(helped);
  const rest = repairs.filter((repair) => !helped(repair));
  const [first] = worked;
  const more = worked.length > 1 ? ` and ${worked.length - 1} more` : "";
  const summary =
    first === undefined
      ? []
      : [
          fit(
            `  ✔ repaired: ${first.object}${more} (${first.action}: ${oneLine(first.text)})`,
            style,
          ),
        ];
  return [
    ...summary.map((line) => paint(line, "ready", style)),
    ...some(
      rest,
      style,
      ({ object, action, outcome, text }) => [
        fit(
          `  ${standings.failing.glyph} repair ${outcome}: ${object} (${action}: ${oneLine(text)})`,
          style,
        ),
      ],
      "more repairs",
    ),
  ];
}

function leftLines({ object, standing, text, next: command }: Left, style: Style): string[] {
  const { glyph, word } = standings[standing];
  const line = fit(`  ${glyph} ${word}: ${object}: ${oneLine(text)}`, style);
  return [paint(line, standing, style), next(command)];
}

function suspendedLine(suspended: readonly Left[], { width }: Style): string {
  const head = `  ${standings.suspended.glyph} suspended by a person: `;
  const names = suspended.map(({ object }) => oneLine(object));
  return `${head}${namesOf(names, width - head.length)}`;
}

const chainLines = 2;

function chainText(chain: readonly ReportLink[], { width }: Style): string[] {
  if (chain.length < 2) return [];
  const links = chain.map(({ object, start, end }) =>
    oneLine(end === undefined ? `${object} (not yet)` : `${object} (${took(end - start)})`),
  );
  const room = width - 4;
  // The end of the chain tells most: it is the start that is left out.
  for (let dropped = 0; dropped < links.length; dropped += 1) {
    const shown = `${dropped > 0 ? "… → " : ""}${links.slice(dropped).join(" → ")}`;
    const lines = wrap(`slowest chain: ${shown}`, room, chainLines + 1);
    if (lines.length <= chainLines)
      return lines.map((line, index) => `${index === 0 ? "  " : "    "}${line}`);
  }
  return [fit(`  slowest chain: … → ${links.at(-1) ?? ""}`, { ...defaults, width })];
}

function next(command: string): string {
  return `      Next: ${cut(oneLine(command), longestCommand)}`;
}

function fit(text: string, { width }: Style): string {
  return cut(printable(text).replaceAll(/[\n\t]/g, " "), width);
}

const codes: Readonly<Record<LeftStanding, number>> = {
  stuck: 31,
  failing: 31,
  missing: 33,
  terminating: 35,
  waiting: 33,
  suspended: 2,
  ready: 32,
};

function paint(text: string, standing: LeftStanding, { color }: Style): string {
  return color ? `\u001b[${codes[standing]}m${text}\u001b[0m` : text;
}
