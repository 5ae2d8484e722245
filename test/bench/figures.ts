/** A measured figure with the bound that it has to keep. */
export interface Figure {
  readonly name: string;
  /** All runs, in the order they were made. */
  readonly runs: readonly number[];
  readonly unit: "s" | "MB";
  /** No run may be above; undefined where the figure is for comparison only. */
  readonly bound?: number;
}

/** The largest run, which is what a bound holds for. */
export function worst({ runs }: Figure): number {
  return Math.max(...runs);
}

export function median({ runs }: Figure): number {
  const sorted = [...runs].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Whether every run kept the bound. */
export function kept(figure: Figure): boolean {
  return figure.bound === undefined || worst(figure) <= figure.bound;
}

/** A table for people: median, worst, bound. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    String(figure.runs.length),
    render(median(figure), figure.unit),
    render(worst(figure), figure.unit),
    figure.bound === undefined ? "" : render(figure.bound, figure.unit),
    kept(figure) ? "" : "over",
  ]);
  const all = [["figure", "runs", "median", "worst", "bound", ""], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) =>
    Math.max(...all.map((row) => (row[column] ?? "").length)),
  );
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function render(value: number, unit: Figure["unit"]): string {
  return unit === "MB" ? `${value.toFixed(0)} MB` : `${value.toFixed(1)} s`;
}
