import { took } from "../text.ts";
import type { LeftStanding } from "../words.ts";
import { markup, type Markup } from "./markup.ts";

/** Bar is a stretch of time on the axis, in seconds from its begin. */
export interface Bar {
  readonly start: number;
  /** Undefined when it has not ended. */
  readonly end: number | undefined;
  readonly look: "step" | LeftStanding;
  /** Whether it stands out. */
  readonly strong: boolean;
}

const tickSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 21_600, 86_400];
const mostTicks = 6;
const narrowest = 0.6;

/** bar draws one row of a waterfall of `total` seconds, with a line at each tick. It is as wide as there is room. */
export function bar({ start, end, look, strong }: Bar, total: number): Markup {
  const lines = ticksOf(total).map((tick) => {
    const x = percent(tick / total);
    return markup`<line x1="${x}" x2="${x}" y1="0" y2="18"/>`;
  });
  const width = Math.min(1, Math.max(narrowest / 100, ((end ?? total) - start) / total));
  const left = Math.max(0, Math.min(1 - width, start / total));
  const title =
    end === undefined
      ? `begins at ${took(start)} and has not ended`
      : `from ${took(start)} to ${took(end)}, ${took(end - start)}`;
  const classes = [look, end === undefined ? "open" : "", strong ? "strong" : ""].join(" ").trim();
  return markup`<svg width="100%" height="18" role="img" focusable="false"><title>${title}</title>${lines}<rect class="${classes}" x="${percent(left)}" y="4" width="${percent(width)}" height="10" rx="2"/></svg>`;
}

/** axis is the row of tick labels above the bars. */
export function axis(total: number): Markup {
  const labels = ticksOf(total).map((tick) => {
    const share = tick / total;
    const anchor = share > 0.94 ? "end" : share < 0.03 ? "start" : "middle";
    return markup`<text x="${percent(share)}" y="11" text-anchor="${anchor}">${label(tick)}</text>`;
  });
  return markup`<svg class="axis" width="100%" height="14" aria-hidden="true" focusable="false">${labels}</svg>`;
}

function ticksOf(total: number): number[] {
  const step = tickSteps.find((size) => total / size <= mostTicks) ?? total / mostTicks;
  return Array.from({ length: Math.floor(total / step) + 1 }, (_, index) => index * step);
}

function label(seconds: number): string {
  const rest = seconds % 60;
  if (seconds < 60) return `${Math.round(rest * 10) / 10}s`;
  if (seconds % 3600 === 0) return `${seconds / 3600}h`;
  return rest === 0 ? `${seconds / 60}m` : `${Math.floor(seconds / 60)}m${Math.round(rest)}s`;
}

function percent(share: number): string {
  return `${Math.round(share * 10_000) / 100}%`;
}
