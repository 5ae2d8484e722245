import type { Findings, Left, ReportCause, ReportPod } from "./findings.ts";
import { lengthOf, listed } from "./objects.ts";
import type { ReportRepair } from "./repairs.ts";
import type { Report } from "./report.ts";
import { cut, moment, oneLine, plural, printable, took } from "./text.ts";
import { renderTimeline, secondsInAll } from "./timeline.ts";
import { endings, standings } from "./words.ts";

const longestCell = 400;
const most = { causes: 20, rows: 50, ready: 10 };

/** renderMarkdown is the report for the summary of a CI job. It fits into one: 1 MiB is the limit of the common ones. */
export function renderMarkdown(report: Report): string {
  const { outcome, counts, clusterUid, context, fluxNamespace, generatedAt, reason } = report;
  const { glyph, title } = endings[outcome];
  const cluster = [context ?? "", clusterUid].filter((name) => name !== "");
  return [
    `# ${glyph} ${title}`,
    "",
    `${counts.ready} of ${counts.required} required objects are Ready on cluster ${cluster.map(cell).join(", ")}, ` +
      `namespace ${cell(fluxNamespace)}, ${moment(generatedAt)}.`,
    ...(reason === undefined ? [] : ["", cell(reason)]),
    ...findingsLines(report),
    ...phaseLines(report),
    ...objectLines(report),
    "",
  ].join("\n");
}

/** renderMarkdownFindings is the part of it that says what is wrong, what was done and what is left. */
export function renderMarkdownFindings(findings: Findings): string {
  return `${findingsLines(findings).slice(1).join("\n")}\n`;
}

function findingsLines({ causes, pods, repairs, left, limits }: Findings): string[] {
  const unexplained = left.filter(({ cause }) => cause === undefined);
  return [
    ...section("What is wrong", causes.slice(0, most.causes).flatMap(causeLines).slice(1)),
    ...more(causes.length - most.causes, "cause"),
    ...section("Pods", table(["workload", "problem", "why", "next"], pods.map(podRow))),
    ...section(
      "Repairs",
      table(
        ["object", "what was done", "came of it", "how it was verified"],
        repairs.map(repairRow),
      ),
    ),
    ...section(
      "What is left",
      table(["object", "required", "state", "message", "next"], unexplained.map(leftRow)),
    ),
    ...section(
      "What could not be seen",
      limits.map((limit) => `- ${cell(limit)}`),
    ),
  ];
}

function causeLines(cause: ReportCause): string[] {
  const { objects, affected, standing, meaning, text, evidence, nextRetry } = cause;
  const { glyph, word } = standings[standing];
  const [first = "", ...alike] = objects;
  const and = alike.length === 0 ? "" : ` and ${plural(alike.length, "object")} alike`;
  const names = affected.slice(0, 10).map(cell).join(", ");
  const rest = affected.length > 10 ? ` and ${affected.length - 10} more` : "";
  return [
    "",
    `### ${glyph} ${word}: ${cell(first)}${and}`,
    "",
    cell(text),
    "",
    `- ${cell(meaning)}`,
    `- tries again by itself: ${cell(nextRetry)}`,
    ...evidence.slice(0, 6).map(({ field, value }) => `- ${cell(field)}: ${cell(value)}`),
    ...(affected.length === 0 ? [] : [`- holds up ${affected.length}: ${names}${rest}`]),
    "",
    ...code(cause.next),
  ];
}

function podRow({ workload, problem, container, text, count, logLines, ...pod }: ReportPod) {
  const where = container === undefined ? "" : ` (${container})`;
  const last = logLines.at(-1);
  const log = last === undefined ? "" : `; last line: ${last}`;
  const many = count === 1 ? "" : `, ${count} pods`;
  return [`${workload}${where}`, `${problem}${many}`, `${text}${log}`, pod.next];
}

function repairRow({ object, action, attempt, outcome, text }: ReportRepair) {
  return [object, attempt === 1 ? action : `${action}, attempt ${attempt}`, outcome, text];
}

function leftRow({ object, required, standing, text, next }: Left) {
  const { glyph, word } = standings[standing];
  return [object, required ? "yes" : "no", `${glyph} ${word}`, text, next];
}

function phaseLines(report: Report): string[] {
  const { phases, chain, waits } = report;
  const links = chain.map(({ object, start, end, until, why }, index) => {
    const length = end === undefined ? "not yet" : `${until} in ${took(end - start)}`;
    return `${index + 1}. ${cell(object)}: ${length}${why === "" ? "" : ` (${cell(why)})`}`;
  });
  const rows = waits.map(({ what, boundSeconds, seconds, reached, lastState = "" }) => [
    what,
    took(boundSeconds),
    took(seconds),
    reached ? "reached" : `not reached: ${lastState}`,
  ]);
  const fence = "```";
  const bars = renderTimeline(phases, { total: secondsInAll(report, phases) }).map((bar) =>
    printable(bar).replaceAll("`", "'"),
  );
  return [
    ...section("Timeline", bars.length === 0 ? [] : [`${fence}text`, ...bars, fence]),
    ...section("Slowest chain", links),
    ...section("Waits", table(["waited for", "up to", "took", ""], rows)),
  ];
}

function objectLines({ objects }: Report): string[] {
  const { shown } = listed(objects, { open: 0, ready: most.ready });
  const rows = shown
    .filter((object) => lengthOf(object) > 0)
    .map((object) => [object.object, took(lengthOf(object))]);
  return section("Slowest objects", table(["object", "until Ready"], rows));
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `## ${title}`, "", ...lines];
}

function more(count: number, noun: string): string[] {
  return count > 0 ? ["", `… and ${plural(count, noun)} more, in report.json.`] : [];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [
    line(head),
    `|${"---|".repeat(head.length)}`,
    ...rows.slice(0, most.rows).map(line),
    ...more(rows.length - most.rows, "row"),
  ];
}

/** A command as a block, whose fence is longer than any run of back quotes in it. */
function code(command: string): string[] {
  const text = oneLine(command);
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return [`${fence}sh`, text, fence];
}

/** One line of text in which nothing is markup. */
function cell(text: string): string {
  return cut(oneLine(text), longestCell)
    .replaceAll(/[\\`*_[\]|~#]/g, String.raw`\$&`)
    .replace(/^(?=[-+=])|(?<=^\d+)(?=[.)](?:\s|$))/, "\\")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
