import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { StateId } from "../../../../scripts/lib/classify/states.ts";
import { type Entry, Journal } from "../../../../scripts/lib/repair/journal.ts";
import { defaultLimits } from "../../../../scripts/lib/repair/limits.ts";
import { finalChange, verify } from "../../../../scripts/lib/repair/verification.ts";
import { now, verdictOf } from "./support/diagnosis.ts";

const token = "2026-01-01T07:59:50.000000001Z";
const asked = now - 10_000;

function entryOf(more: Partial<Entry> = {}): Entry {
  const entry = new Journal().add({
    key: "HelmRelease/apps/web",
    identity: "HelmRelease-apps-web",
    component: "helm-controller",
    cause: "H10",
    state: "H10",
    standing: "stuck",
    action: "reset",
    token,
    attempt: 1,
    at: asked,
  });
  return { ...entry, phase: "asked", ...more };
}

const handledReset = { lastHandledReconcileAt: token, lastHandledResetAt: token };

interface Found {
  readonly entry?: Partial<Entry>;
  readonly at?: number;
  readonly sign?: number;
  readonly annotations?: object;
  readonly hopeless?: boolean;
}

function found(state: StateId, status: object, more: Found = {}) {
  const { entry = {}, at = now, sign = 0, annotations = {}, hopeless = false } = more;
  const verdict = verdictOf("web", state, { status, metadata: { annotations } });
  return verify(entryOf(entry), verdict, { now: at, limits: defaultLimits, sign, hopeless });
}

function outcome(...of: Parameters<typeof found>): string {
  const finding = found(...of);
  if (finding?.kind !== "change") return finding?.kind ?? "open";
  const { phase, outcome: reached } = finding.change;
  return `${phase ?? ""} ${reached ?? ""}`;
}

describe("verify", () => {
  const cases: readonly (readonly [string, string, ...Parameters<typeof found>])[] = [
    ["is open while the token is not handled", "open", "H10", {}],
    ["is effective when handled and Ready", "closed effective", "ok", handledReset],
    ["is open while handled and the release installs", "handled handled", "H7", handledReset],
    [
      "is handled by the reset alone, before the pass ends",
      "handled handled",
      "H7",
      { lastHandledResetAt: token },
    ],
    [
      "waits for conditions that come after the handled token",
      "handled handled",
      "H10",
      handledReset,
    ],
    [
      "is ineffective when it is as before after that",
      "closed ineffective",
      "H10",
      handledReset,
      { entry: { phase: "handled", handledAt: now - 5_000 } },
    ],
    [
      "is ineffective when it is stuck in another way",
      "closed ineffective",
      "H13",
      handledReset,
      { entry: { phase: "handled", handledAt: now - 5_000 } },
    ],
    [
      "is effective when its controller tries again by itself",
      "closed effective",
      "H9",
      handledReset,
      { entry: { phase: "handled", handledAt: now - 5_000 } },
    ],
    [
      "stays open while what it has to do goes on, however long",
      "open",
      "H7",
      handledReset,
      { entry: { phase: "handled", handledAt: now - 300_000 } },
    ],
    [
      "is no more than handled when it now waits for what does not come about",
      "closed handled",
      "H3",
      handledReset,
      { entry: { phase: "handled", handledAt: now - 5_000 }, hopeless: true },
    ],
    ["is no more than handled when a person suspends it", "closed handled", "H1", handledReset],
    [
      "is ineffective when the token was spent before the reset",
      "closed ineffective",
      "H4",
      { lastHandledReconcileAt: token },
    ],
    [
      "is alive when its controller works on it without having handled the token",
      "alive",
      "H7",
      {},
      { at: now + 60_000 },
    ],
    ["is overdue after 30 s", "overdue", "H10", {}, { at: asked + 30_000 }],
    ["is not overdue before", "open", "H10", {}, { at: asked + 29_999 }],
    [
      "is not overdue while its controller handles others",
      "open",
      "H10",
      {},
      { at: asked + 30_000, sign: asked + 20_000 },
    ],
  ];
  for (const [name, expected, ...of] of cases) {
    it(name, () => {
      assert.equal(outcome(...of), expected);
    });
  }

  it("takes a later request of somebody else as handled, and its own reset as spent", () => {
    const annotations = { "reconcile.fluxcd.io/requestedAt": "later" };
    const seen = { seen: true };
    const finding = found("H10", { lastHandledReconcileAt: "later" }, { annotations, entry: seen });
    assert.ok(finding?.kind === "change");
    assert.match(finding.change.text ?? "", /^the token was spent before it counted/);
    const plain = { action: "reconcile", seen: true } as const;
    const later = { lastHandledReconcileAt: "later" };
    assert.equal(outcome("H10", later, { annotations, entry: plain }), "handled handled");
  });

  it("does not take an earlier request, which the watch still shows, for a later one", () => {
    const annotations = { "reconcile.fluxcd.io/requestedAt": "earlier" };
    assert.equal(outcome("H10", { lastHandledReconcileAt: "earlier" }, { annotations }), "open");
  });

  it("knows a deleted object and one that took its name from the object it asked", () => {
    const moment = { now, limits: defaultLimits, sign: 0, hopeless: false };
    const another = verdictOf("web", "ok", { metadata: { uid: "another" } });
    for (const verdict of [undefined, another]) {
      const finding = verify(entryOf(), verdict, moment);
      assert.ok(finding?.kind === "change");
      assert.equal(finding.change.outcome, "gone");
      assert.equal(finding.change.final, true);
    }
  });

  it("keeps a force apart from a reset", () => {
    const entry = { action: "force" } as const;
    assert.equal(outcome("H13", handledReset, { entry }), "closed ineffective");
    const forced = { lastHandledReconcileAt: token, lastHandledForceAt: token };
    assert.equal(outcome("ok", forced, { entry }), "closed effective");
  });

  it("judges no effect by a state from before the token was handled", () => {
    const entry = { phase: "handled", handledAt: now - 5_000 } as const;
    assert.equal(outcome("H10", {}, { entry }), "open");
  });

  it("says how it was verified", () => {
    const finding = found("ok", handledReset);
    assert.ok(finding?.kind === "change");
    assert.equal(finding.change.text, "token handled, Ready 10s after the request");
  });
});

describe("finalChange", () => {
  it("tells what is known of an open request when the run is over", () => {
    const handled = entryOf({ phase: "handled" });
    assert.equal(finalChange(entryOf(), undefined).outcome, "unanswered");
    assert.equal(finalChange(handled, verdictOf("web", "H7")).outcome, "effective");
    assert.equal(finalChange(handled, verdictOf("web", "H10")).outcome, "handled");
  });
});
