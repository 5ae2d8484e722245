import { countsAt } from "./course.ts";
import { fleetSize } from "./fleet.ts";
import { type Phase, phases } from "./phase.ts";
import { type Order, orders, type Race } from "./race.ts";

const panel = { width: 400, height: 150 } as const;
const margin = { left: 64, top: 62, right: 18, bottom: 46 } as const;
const tickSeconds = 30;
const gap = { x: 46, y: 44 } as const;

/** From the bottom up: what is done first. */
const layers: readonly Phase[] = ["ready", "installing", "waiting", "unobserved", "stuck"];

const titles: Readonly<Record<Order, string>> = {
  naive: "sync from the start",
  gated: "sync after the gate",
};

const style = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328; }
  .small { font-size: 11px; fill: #59636e; }
  .axis, .mark { stroke: #8c959f; fill: none; }
  .mark { stroke-dasharray: 3 3; }
  .paper { fill: #ffffff; }
  .ready { fill: #2da44e; }
  .installing { fill: #54aeff; }
  .waiting { fill: #d4a72c; }
  .unobserved { fill: #afb8c1; }
  .stuck { fill: #cf222e; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .small { fill: #9198a1; }
    .axis, .mark { stroke: #6e7681; }
    .paper { fill: #0d1117; }
    .ready { fill: #3fb950; }
    .installing { fill: #388bfd; }
    .waiting { fill: #bb8009; }
    .unobserved { fill: #484f58; }
    .stuck { fill: #f85149; }
  }
`;

/** picture draws one panel for each number of workers and order: the releases in each phase over time, as an SVG document. */
export function picture(races: readonly Race[]): string {
  const workers = [...new Set(races.map((race) => race.workers))].sort((a, b) => a - b);
  const seconds = Math.max(...races.map(({ changes }) => changes.at(-1)?.second ?? 0));
  const last = Math.ceil(seconds / 10) * 10;
  const width = margin.left + 2 * panel.width + gap.x + margin.right;
  const height =
    margin.top + workers.length * panel.height + (workers.length - 1) * gap.y + margin.bottom;
  const panels = workers.flatMap((count, row) =>
    orders.map((order, column) => {
      const left = margin.left + column * (panel.width + gap.x);
      const top = margin.top + row * (panel.height + gap.y);
      const some = races.filter((race) => race.workers === count && race.order === order);
      const heading = `${titles[order]}, ${count} workers`;
      return `<g transform="translate(${left} ${top})">${drawPanel(some, last, heading)}</g>`;
    }),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">
<title>${fleetSize} HelmReleases over time, by order and number of workers of helm-controller</title>
<style>${style}</style>
<rect class="paper" width="${width}" height="${height}"/>
${legend()}
${panels.join("\n")}
<text class="small" x="${width / 2}" y="${height - 10}" text-anchor="middle">seconds from the creation of the FluxInstance</text>
</svg>
`;
}

function legend(): string {
  const entries = phases.map((phase, index) => {
    const x = margin.left + index * 110;
    return `<rect class="${phase}" x="${x}" y="12" width="12" height="12"/><text x="${x + 18}" y="23">${phase}</text>`;
  });
  return `<g>${entries.join("")}</g>`;
}

function drawPanel(races: readonly Race[], last: number, heading: string): string {
  const x = (second: number) => ((second / last) * panel.width).toFixed(1);
  const y = (count: number) => (panel.height * (1 - count / fleetSize)).toFixed(1);
  const counts = Array.from({ length: last + 1 }, (_, second) => meanCounts(races, second));
  const stacked = layers.map((phase, index) => {
    const below = counts.map((of) => sum(of, layers.slice(0, index)));
    const above = counts.map((of) => sum(of, layers.slice(0, index + 1)));
    const there = above.map((count, second) => `${x(second)},${y(count)}`);
    const back = below.map((count, second) => `${x(second)},${y(count)}`).reverse();
    return `<polygon class="${phase}" points="${[...there, ...back].join(" ")}"/>`;
  });
  const ticks = Array.from({ length: Math.floor(last / tickSeconds) + 1 }, (_, index) => {
    const second = index * tickSeconds;
    return `<text class="small" x="${x(second)}" y="${panel.height + 15}" text-anchor="middle">${second}</text>`;
  });
  const levels = [0, fleetSize / 2, fleetSize].map(
    (count) =>
      `<text class="small" x="-8" y="${Number(y(count)) + 4}" text-anchor="end">${count}</text>`,
  );
  const attached = mean(races.map((race) => race.attached));
  const mark =
    attached === 0
      ? ""
      : `<line class="mark" x1="${x(attached)}" x2="${x(attached)}" y1="0" y2="${panel.height}"/>`;
  const frame = `<path class="axis" d="M0 0V${panel.height}H${panel.width}"/>`;
  const title = `<text x="0" y="-10">${heading}</text>`;
  return [title, ...stacked, mark, frame, ...ticks, ...levels].join("");
}

type Means = Readonly<Record<Phase, number>>;

function meanCounts(races: readonly Race[], second: number): Means {
  const counts = races.map(({ changes }) => countsAt(changes, second));
  const entries = phases.map((phase) => [phase, mean(counts.map((of) => of[phase]))] as const);
  return Object.fromEntries(entries) as Means;
}

function sum(counts: Means, some: readonly Phase[]): number {
  return some.reduce((total, phase) => total + counts[phase], 0);
}

function mean(values: readonly number[]): number {
  return values.length === 0
    ? 0
    : values.reduce((total, value) => total + value, 0) / values.length;
}
