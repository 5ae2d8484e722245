import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { kindOf, patchedScene, planScene } from "../../../support/drain-plan.ts";
import { layer, within } from "../../../../support/destroy/fleet.ts";
import {
  configMap,
  manifest,
  namespaceManifest,
  release,
} from "../../../../support/stuck/manifest.ts";

const count = 1_000;
const boundMilliseconds = 3_000;

describe("the plan of a thousand releases", { timeout: 60_000 }, () => {
  it("is made in a moment, with webhooks among them and layers that depend on each other", () => {
    const names = Array.from({ length: count }, (_, index) => `app-${index}`);
    const webhook = kindOf(
      "admissionregistration.k8s.io/v1",
      "ValidatingWebhookConfiguration",
      false,
    );
    const releases = names.map((name, index) =>
      release(name, index % 10 === 0 ? {} : { dependsOn: [{ name: `app-${index - 1}` }] }),
    );
    const half = count / 2;
    const fleet = {
      cluster: [layer("base"), layer("apps", { dependsOn: [{ name: "base" }] })],
      base: [
        namespaceManifest("shop"),
        manifest(webhook, { name: "guard" }),
        ...within("shop", releases.slice(0, half)),
      ],
      apps: within("shop", releases.slice(half)),
    };
    const charts = Object.fromEntries(
      names.map((name) => [
        `shop/${name}`,
        ["a", "b", "c", "d"].map((suffix) => configMap(`${name}-${suffix}`, {})),
      ]),
    );
    const scene = patchedScene(fleet, { charts });
    const started = process.cpuUsage();
    const plan = planScene(scene);
    const { user, system } = process.cpuUsage(started);
    assert.equal(plan.steps.length, count + 3);
    assert.ok((user + system) / 1_000 < boundMilliseconds, `${(user + system) / 1_000} ms`);
  });
});
