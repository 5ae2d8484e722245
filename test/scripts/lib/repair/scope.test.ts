import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Failure } from "../../../../scripts/lib/failure.ts";
import type { Scope } from "../../../../scripts/lib/repair/plan.ts";
import { requireSensible, touchedBy } from "../../../../scripts/lib/repair/scope.ts";
import { chartFrom, diagnosisOf, source, verdictOf } from "./support/diagnosis.ts";
import { plan } from "./support/plan.ts";

const fleet = diagnosisOf([
  verdictOf("stuck", "H10"),
  verdictOf("ready", "ok"),
  verdictOf("suspended", "H1", { spec: { suspend: true } }),
  verdictOf("infra", "K6", { kind: "Kustomization" }),
]);

describe("requireSensible", () => {
  const refused: readonly (readonly [string, Scope, RegExp])[] = [
    [
      "what does not exist",
      { only: "HelmRelease/apps/none" },
      /apps\/none must exist, got nothing/,
    ],
    [
      "what is suspended",
      { only: "HelmRelease/apps/suspended" },
      /must be open to requests, but it is suspended\. Nothing was written/,
    ],
    [
      "a forced upgrade of a Ready release",
      { only: "HelmRelease/apps/ready", action: "force" },
      /must not be Ready to get a force, got a Ready one: a needless upgrade runs its hooks again/,
    ],
    [
      "a reset of a Kustomization",
      { only: "Kustomization/apps/infra", action: "reset" },
      /a reset must be asked of a HelmRelease, got Kustomization\/apps\/infra/,
    ],
  ];
  for (const [name, scope, message] of refused) {
    it(`refuses ${name}`, () => {
      assert.throws(
        () => {
          requireSensible(scope, fleet);
        },
        (error) => error instanceof Failure && message.test(error.message),
      );
    });
  }

  const allowed: readonly Scope[] = [
    {},
    { only: "HelmRelease/apps/stuck" },
    { only: "HelmRelease/apps/stuck", action: "force" },
    { only: "Kustomization/apps/infra", action: "reconcile" },
  ];
  for (const scope of allowed) {
    it(`allows ${JSON.stringify(scope)}`, () => {
      requireSensible(scope, fleet);
    });
  }
});

describe("touchedBy", () => {
  it("is every step of a source chain, not only the first", () => {
    const release = verdictOf("web", "H5", { spec: chartFrom("charts") });
    const chart = verdictOf("apps-web", "ok", { kind: "HelmChart" });
    const { verdicts } = diagnosisOf([release, chart, source("charts")]);
    const touched = touchedBy(plan([...verdicts.values()]), verdicts);
    assert.deepEqual(
      [...new Set(touched.map(({ verdict }) => verdict.key))],
      ["HelmRepository/apps/charts", "HelmRelease/apps/web", "HelmChart/apps/apps-web"],
    );
  });
});
