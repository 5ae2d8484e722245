import type { Findings, Left, ReportCause, ReportPod } from "../findings.ts";
import type { ReportRepair } from "../repairs.ts";
import { lengthOf, listed } from "../objects.ts";
import type { Report } from "../report.ts";
import { plural, took } from "../text.ts";
import { actions, type LeftStanding, standings } from "../words.ts";
import {
  command,
  type Content,
  folded,
  markup,
  type Markup,
  message,
  objectName,
  section,
} from "./markup.ts";
import { badge, table } from "./table.ts";

const most = { causes: 50, names: 500, rows: 200, open: 500, ready: 50 };

/** causes is one card for each thing that is wrong. */
export function causes(report: Findings): Markup | undefined {
  const { causes: all } = report;
  const cards = all.slice(0, most.causes).map(card);
  return section("causes", "What is wrong", [
    cards.length === 0 ? undefined : cards,
    more(all.length - most.causes, "cause"),
  ]);
}

function card(cause: ReportCause): Markup {
  const { objects, standing, text, meaning, state, evidence, affected } = cause;
  const [first = "", ...alike] = objects;
  const fields = table({
    caption: "The fields that decided",
    columns: [{ title: "field" }, { title: "value" }],
    rows: evidence.map(({ field, value }) => [markup`<code>${field}</code>`, message(value)]),
  });
  return markup`
<article class="card ${standing}">
<h3>${badge(standing)} ${objectName(first)}</h3>
${message(text)}
<p class="soft">${state}, ${meaning}. Tries again by itself: ${cause.nextRetry}. What may be done: ${actions[cause.action]}.</p>
${command(cause.next)}
${names(`${plural(alike.length, "more object")} in the same state`, alike)}${names(`Holds up ${plural(affected.length, "object")}`, affected)}${fields === undefined ? undefined : folded(`Decided by ${plural(evidence.length, "field")}`, fields)}
</article>`;
}

function names(summary: string, list: readonly string[]): Markup | undefined {
  if (list.length === 0) return undefined;
  const items = list.slice(0, most.names).map((name) => markup`<li>${objectName(name)}</li>`);
  return folded(summary, [
    markup`<ul class="names">${items}</ul>`,
    more(list.length - most.names, "object"),
  ]);
}

/** pods is one card for each workload whose pods do not run. */
export function pods({ pods: all }: Findings): Markup | undefined {
  const cards = all.slice(0, most.causes).map(podCard);
  return section("pods", "Pods", [
    cards.length === 0 ? undefined : cards,
    more(all.length - most.causes, "workload"),
  ]);
}

function podCard(pod: ReportPod): Markup {
  const { workload, problem, container, text, count, logLines, next } = pod;
  const origin = [pod.helmRelease, pod.kustomization, pod.revision]
    .filter((part) => part !== undefined)
    .join(", ");
  const about = [
    count === 1 ? pod.pod : `${plural(count, "pod")}, such as ${pod.pod}`,
    container === undefined ? undefined : `container ${container}`,
    pod.hook === undefined ? undefined : `Helm hook ${pod.hook}`,
    origin === "" ? undefined : `from ${origin}`,
  ].filter((part) => part !== undefined);
  const log = markup`<pre>${logLines.join("\n")}</pre>`;
  return markup`
<article class="card failing">
<h3>${badge("failing", problem)} ${objectName(workload)}</h3>
${message(text)}
<p class="soft">${about.join("; ")}</p>
${command(next)}
${logLines.length === 0 ? undefined : folded(`Last ${plural(logLines.length, "line")} of its log`, log)}
</article>`;
}

const repairLook: Readonly<Record<ReportRepair["outcome"], LeftStanding>> = {
  planned: "waiting",
  asked: "waiting",
  handled: "waiting",
  effective: "ready",
  recovered: "ready",
  ineffective: "stuck",
  unanswered: "stuck",
  gone: "terminating",
  failed: "stuck",
};

/** repairs is what was written to the cluster and how it was verified. */
export function repairs({ repairs: all }: Findings): Markup | undefined {
  const content = table({
    caption: "What was done, and whether it helped",
    columns: [
      { title: "object" },
      { title: "done" },
      { title: "came of it" },
      { title: "verified by" },
    ],
    rows: all
      .slice(0, most.rows)
      .map(({ object, stateName, action, attempt, outcome, text }) => [
        objectName(object),
        markup`${action}<br><span class="soft">for ${stateName}${attempt === 1 ? "" : `, attempt ${attempt}`}</span>`,
        badge(repairLook[outcome], outcome),
        message(text),
      ]),
  });
  return section("repairs", "Repairs", [content, more(all.length - most.rows, "repair")]);
}

/** left is what is not Ready at the end, with the next command for each. */
export function left(report: Findings): Markup | undefined {
  const all = report.left.filter(({ cause }) => cause === undefined);
  const content = table({
    caption: "Not Ready, and not because of anything above",
    columns: [
      { title: "object" },
      { title: "state" },
      { title: "what it says" },
      { title: "next" },
    ],
    rows: all
      .slice(0, most.rows)
      .map((entry: Left) => [
        objectName(entry.object),
        badge(entry.standing),
        message(entry.text),
        markup`<code>${entry.next}</code>`,
      ]),
  });
  return section("left", "What is left", [content, more(all.length - most.rows, "object")]);
}

/** waits is what was waited for. */
export function waits({ waits: all }: Report): Markup | undefined {
  const content = table({
    caption: "Every wait is bounded",
    columns: [
      { title: "waited for" },
      { title: "up to", number: true },
      { title: "took", number: true },
      { title: "ended" },
    ],
    rows: all.map(({ what, boundSeconds, seconds, reached, lastState = "" }) => [
      what,
      took(boundSeconds),
      took(seconds),
      reached ? "reached" : message(`not reached: ${lastState}`),
    ]),
  });
  return section("waits", "Waits", [content]);
}

/** objects is what is not Ready and the slowest of the rest. */
export function objects({ objects: all }: Report): Markup | undefined {
  const { shown, more: rest } = listed(all, most);
  const content = table({
    caption: "Not Ready first, then the slowest",
    columns: [
      { title: "object" },
      { title: "state" },
      { title: "required" },
      { title: "until Ready", number: true },
      { title: "what it says" },
    ],
    rows: shown.map((object): Content[] => [
      objectName(object.object),
      badge(object.standing, standings[object.standing].word),
      object.required ? "yes" : "no",
      object.standing === "ready" ? took(lengthOf(object)) : "",
      object.message === "" ? "" : message(object.message),
    ]),
  });
  const summary = `${plural(shown.length, "object")}${rest > 0 ? ` of ${all.length}` : ""}`;
  return section("objects", "Objects", [
    content === undefined ? undefined : folded(summary, [content, more(rest, "Ready object")]),
  ]);
}

/** limits is what could not be seen. */
export function limits({ limits: all }: Findings): Markup | undefined {
  const items = all.map((limit) => markup`<li>${limit}</li>`);
  return section("limits", "What could not be seen", [
    items.length === 0 ? undefined : markup`<ul>${items}</ul>`,
  ]);
}

function more(count: number, noun: string): Markup | undefined {
  return count > 0
    ? markup`<p class="soft">… and ${plural(count, `more ${noun}`)}, in report.json.</p>`
    : undefined;
}
