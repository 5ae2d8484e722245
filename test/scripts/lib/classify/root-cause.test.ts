import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { ExternalArtifact, HelmRelease } from "../../../../scripts/lib/kinds.ts";
import { controllers } from "./support/controllers.ts";
import {
  appliedBy,
  condition,
  diagnose,
  helmChart,
  helmRepository,
  kustomization,
  late,
  notReady,
  outOfRetries,
  ready,
  release,
} from "./support/objects.ts";
import { because, causesOf, chart, of, waits, web } from "./support/walk.ts";

describe("the walk to the root cause", () => {
  it("goes down dependsOn to the first that is to blame itself", () => {
    const diagnosis = of([
      waits("web", "cart"),
      waits("cart", "db"),
      release("db", { conditions: outOfRetries(late) }),
    ]);
    assert.deepEqual(because(diagnosis, web), ["HelmRelease/apps/db"]);
    assert.deepEqual(causesOf(diagnosis), ["H10 HelmRelease/apps/db <- 2"]);
  });

  it("does not blame a dependency that is Ready meanwhile", () => {
    const diagnosis = of([waits("web", "db"), release("db", { conditions: [ready()] })]);
    assert.deepEqual(because(diagnosis, web), []);
    assert.deepEqual(causesOf(diagnosis), [`H3 ${web} <- 0`]);
  });

  it("does not blame a dependency that is suspended and Ready", () => {
    const suspended = { spec: { suspend: true }, conditions: [ready()] };
    const diagnosis = of([
      release("web", {
        spec: { dependsOn: [{ name: "cart" }, { name: "db" }] },
        conditions: [notReady("DependencyNotReady")],
      }),
      release("cart", suspended),
      release("db", { conditions: outOfRetries(late) }),
    ]);
    assert.deepEqual(causesOf(diagnosis), ["H10 HelmRelease/apps/db <- 1"]);
  });

  it("names a dependency that does not exist", () => {
    const diagnosis = of([waits("web", "gone"), waits("cart", "gone")]);
    assert.deepEqual(because(diagnosis, web), ["HelmRelease/apps/gone"]);
    assert.deepEqual(causesOf(diagnosis), ["missing HelmRelease/apps/gone <- 2"]);
    assert.equal(
      diagnosis.causes[0]?.text,
      "HelmRelease/apps/gone does not exist, and HelmRelease/apps/web and 1 more needs it",
    );
  });

  it("does not call missing what it may not read", () => {
    const unread = [{ resource: HelmRelease, why: "forbidden", message: "no" }] as const;
    const objects = [waits("web", "gone"), chart, ...controllers];
    assert.deepEqual(because(diagnose(objects, { unread }), web), []);
    const others = [{ resource: ExternalArtifact, why: "absent", message: "no" }] as const;
    assert.deepEqual(because(diagnose(objects, { unread: others }), web), [
      "HelmRelease/apps/gone",
    ]);
  });

  it("goes from a release over its chart to the repository", () => {
    const objects = [
      release("web", {
        spec: {
          chartRef: undefined,
          chart: { spec: { sourceRef: { kind: "HelmRepository", name: "charts" } } },
        },
        status: { helmChart: "apps/apps-web" },
        conditions: [notReady("SourceNotReady", "HelmChart 'apps/apps-web' is not ready", 300)],
      }),
      helmChart("apps-web", {
        conditions: [
          condition("FetchFailed", "True", "NoSourceArtifact"),
          notReady("NoSourceArtifact"),
        ],
      }),
      helmRepository("charts", {
        conditions: [
          condition("FetchFailed", "True", "AuthenticationFailed"),
          notReady("AuthenticationFailed"),
        ],
      }),
    ];
    assert.deepEqual(causesOf(of(objects)), ["G1 HelmRepository/apps/charts <- 2"]);
    // Without its chart in the snapshot the release's own template leads there.
    assert.deepEqual(causesOf(of([objects[0], objects[2]])), [
      "G1 HelmRepository/apps/charts <- 1",
    ]);
  });

  it("blames the Kustomization that has not applied a missing source", () => {
    const labelled = appliedBy("kustomize", "apps");
    const objects = (apps: Parameters<typeof kustomization>[1]) => [
      release("web", {
        metadata: labelled,
        spec: { chartRef: { kind: "OCIRepository", name: "gone" } },
        conditions: [notReady("ArtifactFailed", "could not get Source object: not found")],
      }),
      kustomization("apps", apps),
    ];
    const failed = of(objects({ conditions: [notReady("BuildFailed", "no such file")] }));
    assert.deepEqual(because(failed, web), ["Kustomization/flux-system/apps"]);
    assert.deepEqual(causesOf(failed), ["K5 Kustomization/flux-system/apps <- 1"]);
    const applied = of(objects({ conditions: [ready()] }));
    assert.deepEqual(causesOf(applied), ["missing OCIRepository/apps/gone <- 1"]);
  });
});
