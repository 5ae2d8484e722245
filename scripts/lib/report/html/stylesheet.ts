/**
 * stylesheet is the page's only style. Colours are pairs of ink and ground with a contrast of 4.5 or more, in light and
 * in dark; what a colour says is always said by a glyph and a word as well.
 */
export const stylesheet = `
:root {
  color-scheme: light dark;
  --ground: #faf9f6; --sheet: #ffffff; --ink: #1f1d1a; --soft: #625d55; --line: #e3dfd7; --well: #f3f1ec;
  --accent: #2b5c8a; --step: #7d8898;
  --ready: #1d6a3f; --ready-ground: #e5f2e9;
  --waiting: #7d5200; --waiting-ground: #fbf0d7;
  --failing: #a1421a; --failing-ground: #fdebe2;
  --stuck: #a8231f; --stuck-ground: #fce8e6;
  --missing: #a1421a; --missing-ground: #fdebe2;
  --suspended: #52606d; --suspended-ground: #e9edf1;
  --terminating: #66499b; --terminating-ground: #efeaf8;
  --ready-fill: #2f8f5b; --waiting-fill: #c08310; --failing-fill: #cf6a34; --stuck-fill: #cc3a33;
  --missing-fill: #cf6a34; --suspended-fill: #7d8b99; --terminating-fill: #8a6cc4;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #16171a; --sheet: #1d1f23; --ink: #e9e6e1; --soft: #a8a39b; --line: #34373d; --well: #25282d;
    --accent: #8fbbea; --step: #707b8a;
    --ready: #7fd3a0; --ready-ground: #1b3226;
    --waiting: #e9bd5c; --waiting-ground: #382c12;
    --failing: #f5a37e; --failing-ground: #3b2318;
    --stuck: #ff9a92; --stuck-ground: #401f1e;
    --missing: #f5a37e; --missing-ground: #3b2318;
    --suspended: #b3bfca; --suspended-ground: #2a3038;
    --terminating: #c9b1f7; --terminating-ground: #2f2742;
    --ready-fill: #5cb983; --waiting-fill: #d9a63f; --failing-fill: #e3855a; --stuck-fill: #ee736a;
    --missing-fill: #e3855a; --suspended-fill: #8d9aa8; --terminating-fill: #a68be0;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; padding: 2.5rem 1.25rem 3rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  overflow-wrap: anywhere;
}
main, footer { max-width: 66rem; margin: 0 auto; }
h1, h2, h3, p, ul, ol, dl, table { margin: 0; padding: 0; }
h1 { font-size: 1.9rem; line-height: 1.2; font-weight: 650; letter-spacing: -0.015em; }
h2 { font-size: 1.2rem; line-height: 1.3; font-weight: 650; margin: 2.75rem 0 0.9rem; letter-spacing: -0.005em; }
h3 { font-size: 1rem; line-height: 1.5; font-weight: 400; }
ul { list-style: none; }
code, pre, .object { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.875em; }
.soft, caption, dt, footer { color: var(--soft); font-size: 0.875rem; }
.number { font-variant-numeric: tabular-nums; }
.object { color: var(--soft); }
.object b { color: var(--ink); font-weight: 650; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

header { background: var(--sheet); border: 1px solid var(--line); border-top: 5px solid var(--tone); border-radius: 10px; padding: 1.6rem 1.75rem 1.4rem; }
header .glyph { color: var(--tone); }
.reason { margin-top: 0.5rem; font-size: 1.0625rem; max-width: 52rem; }
.figures { display: flex; flex-wrap: wrap; gap: 1.1rem 2.5rem; margin: 1.4rem 0 1.3rem; }
.figures b { display: block; font-size: 1.5rem; line-height: 1.2; font-weight: 650; font-variant-numeric: tabular-nums; letter-spacing: -0.01em; }
.figures span { color: var(--soft); font-size: 0.875rem; }
.strip { display: block; border-radius: 5px; }
.strip rect { fill: var(--fill); }
.legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1.25rem; margin-top: 0.5rem; font-size: 0.875rem; }
.legend li { color: var(--tone); }
.facts { display: flex; flex-wrap: wrap; gap: 0.6rem 2rem; margin-top: 1.2rem; padding-top: 1.1rem; border-top: 1px solid var(--line); }
dd { margin: 0; font-size: 0.9375rem; }

.ready { --tone: var(--ready); --tint: var(--ready-ground); --fill: var(--ready-fill); }
.waiting { --tone: var(--waiting); --tint: var(--waiting-ground); --fill: var(--waiting-fill); }
.failing { --tone: var(--failing); --tint: var(--failing-ground); --fill: var(--failing-fill); }
.stuck { --tone: var(--stuck); --tint: var(--stuck-ground); --fill: var(--stuck-fill); }
.missing { --tone: var(--missing); --tint: var(--missing-ground); --fill: var(--missing-fill); }
.suspended { --tone: var(--suspended); --tint: var(--suspended-ground); --fill: var(--suspended-fill); }
.terminating { --tone: var(--terminating); --tint: var(--terminating-ground); --fill: var(--terminating-fill); }
.badge { display: inline-block; color: var(--tone); background: var(--tint); border-radius: 4px; padding: 0 0.5em; margin-right: 0.35em; font-size: 0.8125rem; font-weight: 600; white-space: nowrap; }

.card { background: var(--sheet); border: 1px solid var(--line); border-left: 4px solid var(--tone); border-radius: 8px; padding: 1rem 1.25rem; }
.card + .card { margin-top: 0.9rem; }
.card > * + * { margin-top: 0.6rem; }
.message { white-space: pre-wrap; }
.next { display: flex; gap: 0.75rem; align-items: baseline; background: var(--well); border-radius: 6px; padding: 0.5rem 0.8rem; }
.next span { color: var(--soft); font-size: 0.8125rem; flex: none; }
pre { margin: 0.5rem 0 0; padding: 0.7rem 0.8rem; background: var(--well); border-radius: 6px; white-space: pre-wrap; }
summary { cursor: pointer; color: var(--accent); font-size: 0.9375rem; width: fit-content; padding: 0.2rem 0; }
summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 3px; }
.names { columns: 22rem; column-gap: 2rem; margin-top: 0.4rem; line-height: 1.7; }

table { width: 100%; border-collapse: collapse; font-size: 0.9375rem; }
caption { text-align: left; padding-bottom: 0.5rem; }
th, td { text-align: left; vertical-align: top; padding: 0.5rem 1.25rem 0.5rem 0; border-bottom: 1px solid var(--line); font-weight: 400; }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--soft); font-size: 0.8125rem; padding-top: 0; white-space: nowrap; }
.number { white-space: nowrap; }
th.number, td.number { text-align: right; }
details table { margin-top: 0.6rem; }

.waterfall th, .waterfall td { border-bottom: 0; padding-top: 0.15rem; padding-bottom: 0.15rem; line-height: 1.35; }
.waterfall .group th { padding-top: 1rem; color: var(--soft); font-size: 0.8125rem; }
.waterfall thead th { padding-bottom: 0; }
.waterfall .track { width: 50%; }
.waterfall svg { display: block; overflow: visible; }
.axis text { fill: var(--soft); font-size: 11px; font-variant-numeric: tabular-nums; }
.waterfall line { stroke: var(--line); }
rect.step { fill: var(--step); }
.waterfall rect { fill: var(--fill); }
.waterfall rect.step { fill: var(--step); }
.waterfall rect.ready { opacity: 0.5; }
.waterfall rect.ready.strong { opacity: 1; }
.waterfall rect.open { fill: var(--tint); stroke: var(--fill); stroke-dasharray: 4 3; }
.waterfall rect.step.open { fill: var(--well); stroke: var(--step); }
.waterfall .soft { font-size: 0.8125rem; }
.waterfall + .soft { margin-top: 0.6rem; }
th:has(> .mark) { padding-left: 1.1rem; text-indent: -1.1rem; }
.mark { text-indent: 0; display: inline-block; width: 1.1rem; color: var(--accent); font-size: 0.75em; }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); }

@media (max-width: 44rem) {
  body { padding: 0.75rem 0.75rem 2rem; }
  header { padding: 1.2rem 1.1rem; }
  h1 { font-size: 1.5rem; }
  h2 { margin-top: 2.2rem; }
  .figures { display: grid; grid-template-columns: 1fr 1fr; gap: 0.9rem 1.25rem; }
  .figures b { font-size: 1.25rem; }
  .card { padding: 0.9rem 1rem; }
  .next { flex-direction: column; gap: 0.1rem; }
  table, caption, tbody, tr, th, td { display: block; }
  thead { display: none; }
  tr { padding: 0.7rem 0; border-bottom: 1px solid var(--line); }
  th, td { border: 0; padding: 0.1rem 0; }
  th:has(> .mark) { padding-left: 1.1rem; }
  td:empty { display: none; }
  td[data-title]::before { content: attr(data-title); display: block; color: var(--soft); font-size: 0.8125rem; }
  th.number, td.number { text-align: left; }
  .waterfall tr { display: grid; grid-template-columns: 1fr auto auto; gap: 0.1rem 0.9rem; border: 0; padding: 0.25rem 0; }
  .waterfall .group { display: block; }
  .waterfall thead, .waterfall thead tr { display: block; padding: 0; }
  .waterfall thead th { display: none; }
  .waterfall thead .track { display: block; }
  .waterfall td[data-title]::before { content: none; }
  .waterfall .track { grid-column: 1 / -1; width: auto; }
}
@media print {
  :root { --ground: #ffffff; }
  html { font-size: 12px; }
  body { padding: 0; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .card, tr, li { break-inside: avoid; }
  h2 { break-after: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
`;
