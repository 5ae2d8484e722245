import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { podFixVariables } from "../../../components/config/pod-fixes.ts";
import { Environment } from "../../../scripts/lib/environment.ts";
import { readPodFixes } from "../../../scripts/lib/pods/input.ts";
import { embedded, good, problems } from "../../support/settings.ts";

const key = "postBootstrap.autoFixPods";
const file = "Correct it in the stack's configuration file.";

const fixes = async (autoFixPods: unknown) => {
  const { postBootstrap } = await good({ ...embedded, postBootstrap: { autoFixPods } });
  return postBootstrap.autoFixPods;
};

describe("which pods are deleted for a new one", () => {
  it("is one word, which sets no limits", async () => {
    const unlimited = { namespaces: undefined, limit: undefined };
    assert.deepEqual(await fixes("safe"), { mode: "safe", ...unlimited });
    assert.deepEqual(await fixes({ mode: "all" }), { mode: "all", ...unlimited });
  });

  it("is limited by an object", async () => {
    const limited = { mode: "all", namespaces: ["shop", "kube-system"], limit: 2 };
    assert.deepEqual(await fixes(limited), limited);
  });

  it("reaches the script as it was configured", async () => {
    for (const configured of ["safe", { mode: "all", namespaces: ["shop", "cart"], limit: 50 }]) {
      const { mode, namespaces, limit } = await fixes(configured);
      const environment = new Environment(podFixVariables({ mode, namespaces, limit }));
      assert.deepEqual(readPodFixes(environment), { mode, namespaces, most: limit });
      environment.check();
    }
  });
});

const namespaces = `${key}.namespaces must be a list of one or more namespaces, flux-system not among them`;
const limit = `${key}.limit must be a whole number from 1 to 50`;
const setLimit = `Run: pulumi config set --path ${key}.limit 5`;
const setMode = `Run: pulumi config set --path ${key}.mode off`;
const one = 'must be "off" or "safe" or "all"';

const refused: readonly (readonly [what: string, value: unknown, message: string])[] = [
  [
    "another word",
    "some",
    `${key} ${one} or an object {mode, namespaces, limit}, got "some". Run: pulumi config set --path ${key} safe`,
  ],
  [
    "a list",
    ["safe"],
    `${key} ${one} or an object {mode, namespaces, limit}, got ["safe"]. Run: pulumi config set --path ${key} safe`,
  ],
  ["an object without a mode", { limit: 3 }, `${key}.mode ${one}, got nothing. ${setMode}`],
  ["another mode", { mode: "most" }, `${key}.mode ${one}, got "most". ${setMode}`],
  ["no namespace", { mode: "safe", namespaces: [] }, `${namespaces}, got []. ${file}`],
  [
    "a namespace that cannot be",
    { mode: "safe", namespaces: ["Shop"] },
    `${namespaces}, got ["Shop"]. ${file}`,
  ],
  [
    "one namespace as a text",
    { mode: "safe", namespaces: "shop" },
    `${namespaces}, got "shop". ${file}`,
  ],
  [
    "the namespace of Flux",
    { mode: "safe", namespaces: ["shop", "flux-system"] },
    `${namespaces}, got ["shop","flux-system"]. ${file}`,
  ],
  ["no pod at all", { mode: "safe", limit: 0 }, `${limit}, got 0. ${setLimit}`],
  ["half a pod", { mode: "safe", limit: 1.5 }, `${limit}, got 1.5. ${setLimit}`],
  [
    "more pods than a person looks at",
    { mode: "safe", limit: 51 },
    `${limit}, got 51. ${setLimit}`,
  ],
  ["a limit in words", { mode: "safe", limit: "five" }, `${limit}, got "five". ${setLimit}`],
  [
    "a mistyped key",
    { mode: "safe", namespace: ["shop"] },
    `${key} must hold only the keys "limit", "mode", "namespaces", got "namespace". Did you mean "${key}.namespaces"?`,
  ],
];

describe("which pods are deleted must not be", () => {
  for (const [what, autoFixPods, message] of refused) {
    it(what, async () => {
      const found = await problems({ ...embedded, postBootstrap: { autoFixPods } });
      assert.deepEqual(found, [message]);
    });
  }

  it("wrong in more than one way without being told so at once", async () => {
    const autoFixPods = { mode: "most", namespaces: [], limit: 0 };
    assert.equal((await problems({ ...embedded, postBootstrap: { autoFixPods } })).length, 3);
  });
});
