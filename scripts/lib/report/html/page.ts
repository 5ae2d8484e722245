import { createHash } from "node:crypto";

import { helped } from "../repairs.ts";
import type { Report } from "../report.ts";
import { cut, moment, plural, shellWord, took } from "../text.ts";
import { secondsInAll } from "../timeline.ts";
import { type Ending, endings, type LeftStanding, standings } from "../words.ts";
import { type Content, markup, Markup } from "./markup.ts";
import { causes, left, limits, objects, pods, repairs, waits } from "./sections.ts";
import { stylesheet } from "./stylesheet.ts";
import { textual } from "./table.ts";
import { chain, waterfall } from "./waterfall.ts";

const styleHash = createHash("sha256").update(stylesheet).digest("base64");

/** Nothing but this one style sheet: no script, no image, no font, no form, no request. */
const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;

/** renderHtml is the report as one page that needs nothing but itself. */
export function renderHtml(report: Report): string {
  const { title } = endings[report.outcome];
  const sections: Content = [
    causes(report),
    pods(report),
    repairs(report),
    left(report),
    limits(report),
    waterfall(report),
    chain(report),
    waits(report),
    objects(report),
  ];
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}: ${report.context ?? report.clusterUid}</title>
<style>${new Markup(stylesheet)}</style>
</head>
<body>
<main>
${header(report)}
${sections}
</main>
${footer(report)}
</body>
</html>
`.text;
}

const looks: Readonly<Record<Ending, LeftStanding>> = {
  ready: "ready",
  warnings: "waiting",
  failed: "stuck",
};

function header(report: Report): Markup {
  const { outcome, reason, counts, context, clusterUid, fluxNamespace, generatedAt } = report;
  const { glyph, title } = endings[outcome];
  const sentence = reason ?? `${counts.ready} of ${counts.required} required objects are Ready.`;
  return markup`<header class="${looks[outcome]}">
<h1><span class="glyph" aria-hidden="true">${textual(glyph)}</span> ${title}</h1>
<p class="reason">${cut(sentence, 600)}</p>
${figures(report)}
${strip(report)}
<dl class="facts">
${context === undefined ? undefined : fact("context", context)}${fact("cluster", clusterUid)}${fact("namespace of Flux", fluxNamespace)}${fact("required", String(report.requirement))}${fact("written", markup`<time datetime="${generatedAt}">${moment(generatedAt)}</time>`)}
</dl>
</header>`;
}

function fact(name: string, value: Content): Markup {
  return markup`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

function figures(report: Report): Markup {
  const { counts, causes: found, repairs: done, phases, seconds, pods: sick } = report;
  const effective = done.filter(helped).length;
  const total = secondsInAll(report, phases);
  const open = phases.some(({ end }) => end === undefined);
  const list: readonly (readonly [string, string])[] = [
    [`${counts.ready} of ${counts.required}`, "required objects Ready"],
    ...(total > 0
      ? [[took(total), open ? "so far, and not done" : "since the first object"] as const]
      : []),
    ...(seconds.all === undefined ? [] : [[took(seconds.all), "since the sync"] as const]),
    ...(found.length > 0
      ? [[String(found.length), found.length === 1 ? "thing wrong" : "things wrong"] as const]
      : []),
    ...(sick.length > 0
      ? [
          [
            String(sick.length),
            sick.length === 1 ? "workload with bad pods" : "workloads with bad pods",
          ] as const,
        ]
      : []),
    ...(done.length > 0 ? [[`${effective} of ${done.length}`, "repairs worked"] as const] : []),
  ];
  return markup`<ul class="figures">${list.map(([figure, what]) => markup`<li><b>${figure}</b> <span>${what}</span></li>`)}</ul>`;
}

const stripOrder: readonly LeftStanding[] = [
  "ready",
  "waiting",
  "suspended",
  "terminating",
  "missing",
  "failing",
  "stuck",
];

/** All objects as one bar, by their standing; the legend says the same in words. */
function strip({ objects: all, missing }: Report): Markup | undefined {
  const total = all.length + missing.length;
  if (total === 0) return undefined;
  const parts = stripOrder
    .map((standing) => ({
      standing,
      count:
        standing === "missing"
          ? missing.length
          : all.filter((object) => object.standing === standing).length,
    }))
    .filter(({ count }) => count > 0);
  let left = 0;
  const bars = parts.map(({ standing, count }) => {
    const width = (count / total) * 100;
    const bar = markup`<rect class="${standing}" x="${left.toFixed(2)}%" y="0" width="${width.toFixed(2)}%" height="10"/>`;
    left += width;
    return bar;
  });
  const legend = parts.map(
    ({ standing, count }) =>
      markup`<li class="${standing}"><span aria-hidden="true">${textual(standings[standing].glyph)}</span> ${count} ${standings[standing].word}</li>`,
  );
  const title = `${plural(total, "object")}: ${parts.map(({ standing, count }) => `${count} ${standings[standing].word}`).join(", ")}`;
  return markup`<svg class="strip" width="100%" height="10" role="img" focusable="false"><title>${title}</title>${bars}</svg>
<ul class="legend">${legend}</ul>`;
}

function footer({ recording, causes: found }: Report): Markup {
  const replay =
    recording === undefined
      ? undefined
      : markup`<p>What happened when: <code>npm run fleet -- doctor --replay ${shellWord(recording)} --at 00:30</code></p>`;
  const states =
    found.length > 0 ? markup`<p>The states are explained in docs/states.md.</p>` : undefined;
  return markup`<footer>${replay}${states}<p>The same as data: report.json, beside this page.</p></footer>`;
}
