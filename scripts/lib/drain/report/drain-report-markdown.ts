import { formatDuration } from "../../log.ts";
import { cut, oneLine } from "../../report/text.ts";
import { type DrainReport, type ReportStep, summaryOf } from "./drain-report.ts";

const longestCell = 400;

/** renderDrainMarkdown is the report as a page to read. */
export function renderDrainMarkdown(report: DrainReport): string {
  const { cluster, outcome, startedAt, resumedFrom, forced, reason, next } = report;
  const title = outcome === "drained" ? "✔ The cluster is drained" : "✗ The drain is not finished";
  const resumed = resumedFrom === undefined ? "" : ` It took up the one of ${resumedFrom}.`;
  return [
    `# ${title}`,
    "",
    `${summaryOf(report)}, on ${cell(cluster.name ?? cluster.endpoint)} (${cluster.uid}), ` +
      `begun ${startedAt}${forced ? ", forced" : ""}.${resumed}`,
    ...(reason === undefined ? [] : ["", cell(reason)]),
    ...(next === undefined ? [] : ["", `Next: \`${next}\``]),
    ...section(
      "What is left",
      report.left.map((line) => `- ${cell(line)}`),
    ),
    ...section(
      "What is kept on purpose",
      report.kept.map((kept) => `- ${cell(kept.object)}: ${cell(kept.reason)}`),
    ),
    ...section("What went when", stepTable(report.steps)),
    "",
  ].join("\n");
}

function stepTable(steps: readonly ReportStep[]): string[] {
  if (steps.length === 0) return [];
  const rows = [...steps].sort(byBeginning).map((step) => {
    const { object, outcome, began, seconds, estimateSeconds, addresses, volumes } = step;
    const took = began === undefined ? "" : formatDuration(seconds * 1000);
    return [
      object,
      outcome,
      began ?? "",
      took,
      formatDuration(estimateSeconds * 1000),
      addresses.join(", "),
      volumes.join(", "),
    ];
  });
  const columns = ["object", "outcome", "began", "took", "estimated", "addresses", "volumes"];
  return [columns, columns.map(() => "---"), ...rows].map(
    (row) => `| ${row.map(cell).join(" | ")} |`,
  );
}

function byBeginning(a: ReportStep, b: ReportStep): number {
  return (a.began ?? "9").localeCompare(b.began ?? "9") || a.stage - b.stage;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `## ${title}`, "", ...lines];
}

/** One line without anything that a table or a page would take for markup. */
function cell(text: string): string {
  return cut(oneLine(text), longestCell).replaceAll(/[|<>`]/g, "\\$&");
}
