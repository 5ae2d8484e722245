import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { classify } from "../../../../scripts/lib/classify/classify.ts";
import type { Action } from "../../../../scripts/lib/classify/verdict.ts";
import { type StateId, stateIds } from "../../../../scripts/lib/classify/states.ts";
import { snapshotOf, stateFixtures } from "../../../fixtures/states.ts";

const fixtures = stateFixtures();

function diagnose(name: string) {
  const fixture = fixtures.find((candidate) => candidate.name === name);
  assert.ok(fixture, `no fixture ${name}`);
  return classify(snapshotOf(fixture));
}

describe("what real controllers made of an object", () => {
  for (const fixture of fixtures) {
    it(`is classified: ${fixture.name}`, () => {
      const { verdicts } = classify(snapshotOf(fixture));
      const found = Object.keys(fixture.states).map((key) => {
        const verdict = verdicts.get(key);
        return [key, verdict?.state, verdict?.text] as const;
      });
      const states = Object.fromEntries(found.map(([key, state]) => [key, state]));
      assert.deepEqual(states, fixture.states, JSON.stringify(found, undefined, 2));
    });
  }

  it("covers every state but the one of what does not exist", () => {
    const covered = new Set<StateId>(fixtures.flatMap(({ states }) => Object.values(states)));
    assert.deepEqual(
      stateIds.filter((id) => !covered.has(id)),
      ["missing"],
    );
  });
});

describe("what real controllers made of a broken thing", () => {
  const blamed: readonly (readonly [string, StateId, RegExp])[] = [
    ["release-without-source", "missing", /^OCIRepository\/release-without-source\/gone$/],
    ["source-authentication", "G1", /^GitRepository\/source-authentication\/repository$/],
    ["source-branch", "G2", /^GitRepository\/source-branch\/repository$/],
    ["source-name-resolution", "G2", /^GitRepository\/source-name-resolution\/repository$/],
    ["source-index", "G2", /^HelmRepository\/source-index\/charts$/],
    ["source-image-tag", "G2", /^OCIRepository\/source-image-tag\/chart$/],
    ["release-dependency", "W1", /^Pod\/release-dependency\/database-/],
    ["release-out-of-retries", "W1", /^Pod\/release-out-of-retries\/app-/],
    ["tree-dependency", "K5", /^Kustomization\/tree-dependency\/base$/],
    ["tree-without-artifact", "G2", /^GitRepository\/tree-without-artifact\/repository$/],
    ["tree-stalled-child", "W1", /^Pod\/tree-stalled-child\/child-/],
    ["tree-unhealthy", "W1", /^Pod\/tree-unhealthy\/web-/],
    ["tree-without-pods", "W0", /^Deployment\/tree-without-pods\/web$/],
    ["controller-down", "C1", /^Deployment\/flux-system\/helm-controller$/],
  ];

  for (const [name, state, key] of blamed) {
    it(`comes down to one cause: ${name}`, () => {
      const { causes } = diagnose(name);
      const found = causes.filter((cause) => cause.state === state);
      assert.equal(found.length, 1, JSON.stringify(causes, undefined, 2));
      assert.match(found[0]?.objects[0] ?? "", key);
    });
  }

  it("blames both releases of a cycle at once", () => {
    const { causes } = diagnose("release-cycle");
    const cycles = causes.filter(({ state }) => state === "cycle");
    assert.deepEqual(
      cycles.map(({ objects }) => objects.length),
      [2],
    );
  });
});

describe("a state in which a restart would do harm", () => {
  const untouched: readonly string[] = ["release-queued", "release-action-lost"];
  for (const name of untouched) {
    it(`calls for none: ${name}`, () => {
      const { causes, verdicts } = diagnose(name);
      const actions: Action[] = [...verdicts.values(), ...causes].map(({ action }) => action);
      assert.ok(!actions.includes("restart-controller"));
    });
  }
});
