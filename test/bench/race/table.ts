import { countsAt, type Figures, figuresOf } from "./course.ts";
import { phases } from "./phase.ts";
import type { Race } from "./race.ts";

/** Every second of every race as a line of comma-separated values, under a header. */
export function csv(races: readonly Race[]): string {
  const header = ["order", "workers", "repetition", "second", ...phases].join(",");
  const lines = races.flatMap((race) => {
    const { order, workers, repetition, changes } = race;
    const last = Math.ceil(changes.at(-1)?.second ?? 0);
    return Array.from({ length: last + 1 }, (_, second) => {
      const counts = countsAt(changes, second);
      return [order, workers, repetition, second, ...phases.map((phase) => counts[phase])].join(
        ",",
      );
    });
  });
  return `${[header, ...lines].join("\n")}\n`;
}

const columns: readonly (readonly [
  string,
  (race: Race, figures: Figures) => number,
  digits: number,
])[] = [
  ["sync attached", ({ attached }) => attached, 0],
  ["half observed", (_, { observed }) => observed.half, 0],
  ["all observed", (_, { observed }) => observed.last, 0],
  ["longest unobserved", (_, { longestUnobserved }) => longestUnobserved, 0],
  ["half Ready", (_, { ready }) => ready.half, 0],
  ["all Ready", (_, { ready }) => ready.last, 0],
  ["stuck", (_, { stuck }) => stuck, -1],
];

/** A Markdown table with a row for each order and number of workers: the median over the repetitions, and their range. */
export function table(races: readonly Race[]): string {
  const groups = Map.groupBy(races, ({ order, workers }) => `${workers}|${order}`);
  const rows = [...groups.values()].map((group) => {
    const [{ workers, order } = { workers: 0, order: "" }] = group;
    const figures = group.map((race) => [race, figuresOf(race.changes)] as const);
    const cells = columns.map(([, value, digits]) =>
      cell(
        figures.map(([race, of]) => value(race, of)),
        digits,
      ),
    );
    return [String(workers), order, ...cells];
  });
  const header = ["workers", "order", ...columns.map(([name]) => name)];
  const rule = header.map(() => "---");
  return [header, rule, ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** `24 s (22-26)`, or a bare count when `digits` is negative. */
function cell(values: readonly number[], digits: number): string {
  const sorted = [...values].sort((left, right) => left - right);
  const text = (value: number) =>
    Number.isFinite(value) ? value.toFixed(Math.max(0, digits)) : "never";
  const low = text(sorted[0] ?? Number.NaN);
  const high = text(sorted.at(-1) ?? Number.NaN);
  const unit = digits < 0 ? "" : " s";
  return low === high ? `${low}${unit}` : `${low}–${high}${unit}`;
}
