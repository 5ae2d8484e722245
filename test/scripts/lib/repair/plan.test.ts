import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { stateIds, states } from "../../../../scripts/lib/classify/states.ts";
import { Journal } from "../../../../scripts/lib/repair/journal.ts";
import { chartFrom, now, type Parts, source, verdictOf } from "./support/diagnosis.ts";
import { due, note, outline, plan, whyOf } from "./support/plan.ts";

describe("planRepairs", () => {
  it("plans exactly the writes that the state table allows, and nothing for any other state", () => {
    const written = ["reconcile", "reset", "force"];
    for (const id of stateIds.filter((state) => !/^[CTW]/.test(state))) {
      const { action, standing } = states[id];
      const planned = plan([verdictOf("web", id)]).filter(
        ({ disposition }) => disposition === "due",
      );
      const expected = written.includes(action) && standing !== "waiting" ? [action] : [];
      const isChain = action === "reconcile-source" && standing !== "waiting";
      assert.deepEqual(
        planned.map((repair) => repair.action),
        isChain ? ["reconcile-source"] : expected,
        id,
      );
    }
  });

  it("plans nothing for a healthy fleet", () => {
    assert.deepEqual(outline([verdictOf("web", "ok"), source("charts")]), []);
  });

  it("touches nothing that something else explains", () => {
    const release = verdictOf("web", "H10", { verdict: { because: ["Pod/apps/web-1"] } });
    assert.deepEqual(outline([release]), []);
    assert.deepEqual(due([verdictOf("web", "H10")]), ["HelmRelease/apps/web"]);
  });

  const untouchable: readonly (readonly [string, Parts, RegExp])[] = [
    ["suspended", { spec: { suspend: true } }, /is suspended/],
    [
      "disabled by label",
      { metadata: { labels: { "kustomize.toolkit.fluxcd.io/reconcile": "disabled" } } },
      /is marked kustomize\.toolkit\.fluxcd\.io\/reconcile/,
    ],
    [
      "disabled by annotation",
      { metadata: { annotations: { "kustomize.toolkit.fluxcd.io/reconcile": "Disabled" } } },
      /is marked/,
    ],
    ["terminating", { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } }, /being deleted/],
  ];
  for (const [name, parts, why] of untouchable) {
    it(`leaves alone what is ${name}, whatever its verdict says`, () => {
      const verdicts = [verdictOf("web", "H10", parts)];
      assert.deepEqual(due(verdicts), []);
      assert.match(whyOf("HelmRelease/apps/web", verdicts) ?? "", why);
    });
  }

  it("gives what a person has to do as advice", () => {
    const verdicts = [verdictOf("bad-values", "H6"), verdictOf("queued", "U1")];
    assert.deepEqual(outline(verdicts), [
      "HelmRelease/apps/bad-values: advice fix",
      "HelmRelease/apps/queued: advice raise-concurrency",
    ]);
    assert.match(whyOf("HelmRelease/apps/queued", verdicts) ?? "", /flux\.size/);
  });

  describe("a scope", () => {
    const web = verdictOf("web", "H5", { spec: chartFrom("charts") });
    const fleet = [web, source("charts"), verdictOf("other", "H10")];

    it("keeps to one object and what it fetches from", () => {
      assert.deepEqual(due(fleet, { scope: { only: web.key } }), ["HelmRepository/apps/charts"]);
      assert.equal(due(fleet).length, 2);
    });

    it("names what comes before the object instead of repairing it", () => {
      const because = ["Kustomization/flux-system/infrastructure"];
      const blamed = verdictOf("web", "H10", { verdict: { because } });
      const scope = { only: blamed.key };
      assert.match(whyOf(blamed.key, [blamed], { scope }) ?? "", /infrastructure comes first/);
    });

    it("asks for what a person wants, once, whatever the state calls for", () => {
      const scope = { only: "HelmRelease/apps/web", action: "force" } as const;
      const failing = verdictOf("web", "H9");
      assert.deepEqual(outline([failing], { scope }), [`${failing.key}: due force`]);
      const journal = new Journal();
      const done = { phase: "closed", outcome: "effective", text: "Ready" } as const;
      note(journal, failing, { action: "force", at: now - 100_000, ...done });
      assert.deepEqual(outline([failing], { scope, journal }), []);
    });
  });
});
