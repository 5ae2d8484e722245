import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";

import { stateIds, states } from "../../../../scripts/lib/classify/states.ts";
import { statesDocument } from "./support/states-document.ts";
import type { StateCase } from "./support/case.ts";
import { judge } from "./support/objects.ts";
import { placeCases } from "./support/places.ts";
import { releaseCases } from "./support/releases.ts";
import { otherCases, sourceCases } from "./support/sources.ts";
import { operatorCases, treeCases } from "./support/trees.ts";

const tables: Readonly<Record<string, readonly StateCase[]>> = {
  HelmRelease: releaseCases,
  Kustomization: treeCases,
  sources: sourceCases,
  "objects of flux-operator": operatorCases,
  "other kinds of Flux": otherCases,
  "controllers, namespaces, workloads and pods": placeCases,
};

for (const [subject, cases] of Object.entries(tables)) {
  describe(`the table of ${subject}`, () => {
    for (const one of cases) {
      const { state, what, objects, parts = {}, text = "" } = one;
      it(`${state} ${states[state].name}: ${what}`, () => {
        const verdict = judge(objects, parts);
        const { standing = states[state].standing, action = states[state].action } = one;
        assert.deepEqual(
          { state: verdict.state, standing: verdict.standing, action: verdict.action },
          { state, standing, action },
          verdict.text,
        );
        if (one.nextRetry !== undefined) assert.equal(verdict.nextRetry, one.nextRetry);
        assert.ok(verdict.text.includes(text), verdict.text);
        assert.notEqual(verdict.text, "");
        if (standing !== "ready") assert.notDeepEqual(verdict.evidence, []);
      });
    }
  });
}

describe("states", () => {
  it("has a case for every id but for what has no object", () => {
    const covered = new Set(
      Object.values(tables).flatMap((cases) => cases.map(({ state }) => state)),
    );
    assert.deepEqual(
      stateIds.filter((id) => !covered.has(id)),
      ["missing"],
    );
  });

  it("allows a write only where something is wrong", () => {
    const writes = ["reconcile", "reset", "force", "reconcile-source", "restart-controller"];
    const wrong = stateIds.filter((id) => {
      const { action, standing } = states[id];
      return writes.includes(action) && !["stuck", "failing"].includes(standing);
    });
    // What waits for its source is asked again when the source is Ready and it still waits.
    assert.deepEqual(wrong, ["H4", "G3"]);
  });

  it("is what docs/states.md says (UPDATE_DOCS=1 writes it)", async () => {
    const path = new URL("../../../../docs/states.md", import.meta.url);
    const document = await statesDocument();
    if (process.env["UPDATE_DOCS"] === "1") writeFileSync(path, document);
    assert.equal(readFileSync(path, "utf8"), document);
  });
});
