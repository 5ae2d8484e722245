import type { Action, Standing } from "../classify/verdict.ts";

/** How a bootstrap ended: all is well; required objects are Ready but something else is not; or it failed. */
export type Ending = "ready" | "warnings" | "failed";

/** A Standing, or `missing` for what should exist and does not. */
export type LeftStanding = Standing | "missing";

/** Words say what a colour says, for those who do not see it. */
export interface Words {
  readonly glyph: string;
  readonly word: string;
}

export const endings: Readonly<Record<Ending, Words & { readonly title: string }>> = {
  ready: { glyph: "✔", word: "ready", title: "Bootstrap ready" },
  warnings: { glyph: "▲", word: "warnings", title: "Bootstrap ready, with warnings" },
  failed: { glyph: "✗", word: "failed", title: "Bootstrap failed" },
};

/** In the order in which a person wants to read them. */
export const standings: Readonly<Record<LeftStanding, Words>> = {
  stuck: { glyph: "✗", word: "stuck" },
  failing: { glyph: "▲", word: "failing" },
  missing: { glyph: "∅", word: "missing" },
  terminating: { glyph: "▽", word: "terminating" },
  waiting: { glyph: "◎", word: "waiting" },
  suspended: { glyph: "‖", word: "suspended" },
  ready: { glyph: "✔", word: "ready" },
};

const order = Object.keys(standings);

/** byStanding sorts the worst first. */
export function byStanding(a: LeftStanding, b: LeftStanding): number {
  return order.indexOf(a) - order.indexOf(b);
}

/** What may be done, worded for a person. */
export const actions: Readonly<Record<Action, string>> = {
  none: "nothing to do",
  wait: "wait: it goes on by itself",
  fix: "change Git, the Secret or the cluster",
  reconcile: "ask it to reconcile",
  reset: "ask it to reconcile with its failures reset",
  force: "ask it for one forced upgrade",
  "reconcile-source": "ask its source, then its chart, then it to reconcile",
  "restart-controller": "restart its controller, once",
  "raise-concurrency": "let its controller work on more at once (flux.size)",
};
