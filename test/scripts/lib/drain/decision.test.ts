import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { decide, type Found } from "../../../../scripts/lib/drain/decision.ts";

const bare: Found = {
  mode: "drain",
  force: false,
  cluster: "recorded",
  endpoint: "https://api.example",
  namespace: "flux-system",
  byHand: [],
};
const unasked: Found = { ...bare, instance: { disabled: false } };
const live: Found = { ...unasked, silent: [] };
const byHand = ["HelmRelease/default/mine"];
const silent = ["helm-controller"];

describe("decide", () => {
  const table: [string, Found, string, RegExp][] = [
    ["all is well", live, "drain", /^$/],
    ["orphan is wanted", { ...live, mode: "orphan" }, "orphan", /^$/],
    ["skip is wanted", { ...live, mode: "skip" }, "nothing", /skip/],
    [
      "skip is wanted and no server answers",
      { ...live, mode: "skip", cluster: "unreachable" },
      "nothing",
      /skip/,
    ],
    ["no server answers", { ...bare, cluster: "unreachable" }, "fail", /outage/],
    [
      "no server answers, forced",
      { ...bare, cluster: "unreachable", force: true },
      "fail",
      /outage/,
    ],
    ["it is another cluster", { ...bare, cluster: "another" }, "fail", /must be the recorded one/],
    [
      "it is another cluster, forced",
      { ...live, cluster: "another", force: true },
      "fail",
      /must be the recorded one/,
    ],
    ["there is no FluxInstance", bare, "nothing", /no FluxInstance/],
    ["the FluxInstance is disabled", { ...live, instance: { disabled: true } }, "fail", /disabled/],
    [
      "it is disabled, forced",
      { ...live, instance: { disabled: true }, force: true },
      "fail",
      /disabled/,
    ],
    ["a person made a release", { ...live, byHand }, "fail", /HelmRelease\/default\/mine/],
    ["a person made a release, forced", { ...live, byHand, force: true }, "drain", /^$/],
    ["a person made a release, orphan", { ...live, byHand, mode: "orphan" }, "orphan", /^$/],
    ["the controllers were not asked", unasked, "ask-controllers", /^$/],
    ["they were not asked, orphan", { ...unasked, mode: "orphan" }, "ask-controllers", /^$/],
    ["a controller is silent", { ...live, silent }, "fail", /helm-controller cannot remove/],
    ["a controller is silent, forced", { ...live, silent, force: true }, "drain", /^$/],
    [
      "a controller is silent, orphan",
      { ...live, silent, mode: "orphan" },
      "fail",
      /helm-controller/,
    ],
  ];
  for (const [when, found, kind, reason] of table) {
    it(`decides "${kind}" when ${when}`, () => {
      const decision = decide(found);
      assert.equal(decision.kind, kind);
      assert.match("reason" in decision ? decision.reason : "", reason);
    });
  }
});
