import { lengthOf } from "../objects.ts";
import type { Report, ReportLink, ReportObject } from "../report.ts";
import { moment, took } from "../text.ts";
import { secondsInAll } from "../timeline.ts";
import { axis, type Bar, bar } from "./bar.ts";
import { type Content, markup, type Markup, objectName, section } from "./markup.ts";

interface Row extends Bar {
  readonly name: Content;
}

interface Group {
  readonly title: string;
  readonly rows: readonly Row[];
}

const most = { open: 12, slowest: 12 };

/** waterfall draws the steps of the bootstrap, the slowest objects and those that are not Ready, on one time axis. */
export function waterfall(report: Report): Markup | undefined {
  const steps = report.phases.map(({ name, start, end }): Row => ({
    name,
    start,
    end,
    look: "step",
    strong: false,
  }));
  const objects = objectRows(report);
  const groups = [
    { title: "Steps", rows: steps },
    { title: "Objects", rows: objects },
  ];
  const { startedAt } = report;
  const since =
    startedAt === undefined ? "the first object" : `the first object, ${moment(startedAt)}`;
  const total = totalOf(report, [...steps, ...objects]);
  return section("timeline", "Timeline", [
    grid(`Seconds since ${since}; ${took(total)} in all.`, groups, total),
    objects.some(({ strong }) => strong)
      ? markup`<p class="soft"><span class="mark" aria-hidden="true">◆</span>on the slowest chain. Times of a cluster are whole seconds.</p>`
      : undefined,
  ]);
}

/** chain draws the slowest chain of dependencies, first to last. */
export function chain(report: Report): Markup | undefined {
  const { chain: links, objects } = report;
  const standings = new Map(objects.map(({ object, standing }) => [object, standing]));
  const rows = links.map((link): Row => {
    const { start, end, object } = link;
    const look = end === undefined ? (standings.get(object) ?? "waiting") : "ready";
    return { name: linkName(link), start, end, look, strong: true };
  });
  if (rows.length < 2) return undefined;
  const caption = "What decided when the bootstrap ended, from the first to the last.";
  return section("chain", "Slowest chain", [
    grid(caption, [{ title: "", rows }], totalOf(report, rows)),
  ]);
}

function linkName({ object, end, until, why }: ReportLink): Markup {
  const ended = end !== undefined && until === "applied" ? "until it applied the next" : "";
  const notes = [why, ended].filter((note) => note !== "").join(", ");
  return markup`${objectName(object)}${notes === "" ? undefined : markup`<br><span class="soft">${notes}</span>`}`;
}

function totalOf(report: Report, rows: readonly Row[]): number {
  return Math.max(1, secondsInAll(report, [...report.phases, ...rows]));
}

function objectRows({ objects, chain: links }: Report): Row[] {
  const names = new Set(links.map(({ object }) => object));
  const timed = objects.filter(
    ({ start, standing }) => start !== undefined && standing !== "suspended",
  );
  const open = timed.filter(({ standing }) => standing !== "ready");
  const ready = timed.filter((object) => lengthOf(object) > 0);
  const slowest = ready.sort((a, b) => lengthOf(b) - lengthOf(a));
  const shown = new Set<ReportObject>([
    ...timed.filter(
      ({ object, end, standing }) =>
        names.has(object) && !(standing === "ready" && end === undefined),
    ),
    ...open.slice(0, most.open),
    ...slowest.slice(0, most.slowest),
  ]);
  return [...shown]
    .sort((a, b) => (a.start ?? 0) - (b.start ?? 0) || (a.object < b.object ? -1 : 1))
    .map(({ object, start = 0, end, standing }) => {
      const strong = names.has(object);
      return {
        name: markup`${mark(strong)}${objectName(object)}`,
        start,
        end,
        look: standing,
        strong,
      };
    });
}

function mark(onChain: boolean): Markup {
  return onChain
    ? markup`<span class="mark" aria-hidden="true">◆</span><span class="hidden">on the slowest chain: </span>`
    : markup`<span class="mark" aria-hidden="true"></span>`;
}

function grid(caption: string, groups: readonly Group[], total: number): Markup | undefined {
  const some = groups.filter(({ rows }) => rows.length > 0);
  if (some.length === 0) return undefined;
  const bodies = some.map(({ title, rows }) => {
    const head =
      title === ""
        ? undefined
        : markup`<tr role="row" class="group"><th scope="rowgroup" role="rowheader" colspan="4">${title}</th></tr>`;
    return markup`
<tbody role="rowgroup">${head}${rows.map((row) => rowOf(row, total))}</tbody>`;
  });
  return markup`
<table role="table" class="waterfall">
<caption>${caption}</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">step or object</th><th scope="col" role="columnheader" class="number">begins</th><th scope="col" role="columnheader" class="number">takes</th><th scope="col" role="columnheader" class="track"><span class="hidden">from begin to end</span>${axis(total)}</th></tr></thead>${bodies}
</table>`;
}

function rowOf({ name, ...times }: Row, total: number): Markup {
  const { start, end } = times;
  return markup`
<tr role="row"><th scope="row" role="rowheader">${name}</th><td role="cell" class="number" data-title="begins">${took(start)}</td><td role="cell" class="number" data-title="takes">${took(end === undefined ? undefined : end - start)}</td><td role="cell" class="track">${bar(times, total)}</td></tr>`;
}
