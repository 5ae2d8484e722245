import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Journal } from "../../../../scripts/lib/repair/journal.ts";
import { defaultLimits } from "../../../../scripts/lib/repair/limits.ts";
import { chartFrom, now, source, verdictOf } from "./support/diagnosis.ts";
import { due, note, outline, plan, whyOf } from "./support/plan.ts";

describe("the order of planRepairs", () => {
  it("sorts bottom-up: sources, charts, root, Kustomizations and releases as they depend on each other", () => {
    const root = {
      kind: "Kustomization",
      namespace: "flux-system",
      metadata: { labels: { "fluxcd.controlplane.io/name": "flux" } },
    };
    const after = (name: string) => ({ dependsOn: [{ name }] });
    const verdicts = [
      verdictOf("a-needs-b", "H8", { spec: after("b") }),
      verdictOf("b", "H8"),
      verdictOf("layer-2", "K6", { kind: "Kustomization", spec: after("z-layer-1") }),
      verdictOf("z-layer-1", "K6", { kind: "Kustomization" }),
      verdictOf("root", "K6", root),
      verdictOf("chart", "ok", {
        kind: "HelmChart",
        verdict: { standing: "stuck", action: "reconcile" },
      }),
      source("repo", "G9", { verdict: { standing: "stuck", action: "reconcile" } }),
    ];
    assert.deepEqual(
      plan(verdicts).map(({ key }) => key),
      [
        "HelmRepository/apps/repo",
        "HelmChart/apps/chart",
        "Kustomization/flux-system/root",
        "Kustomization/apps/z-layer-1",
        "Kustomization/apps/layer-2",
        "HelmRelease/apps/b",
        "HelmRelease/apps/a-needs-b",
      ],
    );
  });

  it("survives dependencies that go in a circle", () => {
    const verdicts = [
      verdictOf("a", "H8", { spec: { dependsOn: [{ name: "b" }] } }),
      verdictOf("b", "H8", { spec: { dependsOn: [{ name: "a" }] } }),
    ];
    assert.deepEqual(due(verdicts), []);
  });

  it("asks a release only when what it depends on is Ready: the token would be spent", () => {
    const needsDb = { spec: { dependsOn: [{ name: "db" }] } };
    const web = verdictOf("web", "H10", needsDb);
    assert.deepEqual(due([web, verdictOf("db", "ok")]), [web.key]);
    assert.deepEqual(outline([web, verdictOf("db", "H10")]), [
      "HelmRelease/apps/db: due reset",
      "HelmRelease/apps/web: held reset",
    ]);
    assert.deepEqual(outline([web, verdictOf("db", "H7")]), [`${web.key}: held reset`]);
    assert.match(
      whyOf(web.key, [web, verdictOf("db", "H6")]) ?? "",
      /HelmRelease\/apps\/db comes first/,
    );
    const other = verdictOf("other", "ok");
    assert.match(whyOf(web.key, [web, other]) ?? "", /HelmRelease\/apps\/db does not exist/);
  });

  it("does not wait for a dependency that itself waits for a person", () => {
    const web = verdictOf("web", "H10", { spec: { dependsOn: [{ name: "db" }] } });
    const waiting = (because: string[]) => verdictOf("db", "H3", { verdict: { because } });
    const values = verdictOf("values", "H6");
    assert.match(whyOf(web.key, [web, waiting([values.key]), values]) ?? "", /db comes first/);
    const installing = verdictOf("installing", "H7");
    assert.match(whyOf(web.key, [web, waiting([installing.key]), installing]) ?? "", /^after /);
  });

  it("lets a suspended dependency that is Ready count as Ready", () => {
    const conditions = [{ type: "Ready", status: "True" }];
    const web = verdictOf("web", "H10", { spec: { dependsOn: [{ name: "db" }] } });
    assert.deepEqual(due([web, verdictOf("db", "H1", { status: { conditions } })]), [web.key]);
    assert.deepEqual(due([web, verdictOf("db", "H1")]), []);
  });

  it("wakes what was never observed although its dependency is not ready", () => {
    const never = { spec: { dependsOn: [{ name: "db" }] }, metadata: { finalizers: [] } };
    const web = verdictOf("web", "U2", never);
    assert.deepEqual(due([web, verdictOf("db", "H6")]), [web.key]);
  });

  it("asks a release after the Kustomization that applied it, but not while that checks health", () => {
    const labels = {
      "kustomize.toolkit.fluxcd.io/name": "apps",
      "kustomize.toolkit.fluxcd.io/namespace": "flux-system",
    };
    const web = verdictOf("web", "H10", { metadata: { labels } });
    const apps = (state: "K6" | "K9") =>
      verdictOf("apps", state, { kind: "Kustomization", namespace: "flux-system" });
    assert.deepEqual(outline([web, apps("K6")]), [
      "Kustomization/flux-system/apps: due reconcile",
      "HelmRelease/apps/web: held reset",
    ]);
    assert.deepEqual(due([web, apps("K9")]), [web.key]);
  });

  it("takes the source chain step by step: repository, HelmChart, release", () => {
    const release = verdictOf("web", "H5", { spec: chartFrom("charts") });
    const chart = verdictOf("apps-web", "ok", {
      kind: "HelmChart",
      spec: { sourceRef: { kind: "HelmRepository", name: "charts" } },
    });
    const repository = source("charts");
    const fleet = [release, chart, repository];
    const journal = new Journal();
    for (const step of [repository, chart, release]) {
      assert.deepEqual(due(fleet, { journal }), [step.key]);
      const entry = note(journal, step, { action: "reconcile-source" }) ?? assert.fail();
      assert.deepEqual(due(fleet, { journal }), [], `while ${step.key} is being written`);
      journal.change(entry, { phase: "asked" });
      assert.deepEqual(due(fleet, { journal }), [], `while ${step.key} is not handled`);
      journal.change(entry, { phase: "closed", outcome: "effective", handledAt: now });
    }
    assert.deepEqual(due(fleet, { journal }), []);
  });

  it("asks a repository that many releases wait for once, and says for whom", () => {
    const releases = ["a", "b", "c"].map((name) =>
      verdictOf(name, "H5", { spec: chartFrom("charts") }),
    );
    const [planned, ...rest] = plan([...releases, source("charts")]);
    assert.equal(planned?.key, "HelmRepository/apps/charts");
    assert.deepEqual(
      planned.purposes,
      releases.map(({ key }) => key),
    );
    assert.deepEqual(rest, []);
  });

  it("passes over a repository of type oci and one that is suspended: nobody would answer", () => {
    const release = verdictOf("web", "H5", { spec: chartFrom("charts") });
    const conditions = [{ type: "Ready", status: "True" }];
    for (const repository of [
      source("charts", "ok", { spec: { type: "oci" } }),
      source("charts", "G8", { spec: { suspend: true }, status: { conditions } }),
    ]) {
      assert.deepEqual(due([release, repository]), [release.key]);
    }
  });

  it("gives what waits in the normal course time to go on by itself", () => {
    const release = verdictOf("web", "H4", { spec: chartFrom("charts") });
    const fleet = [release, source("charts", "ok", { spec: { type: "oci" } })];
    const journal = new Journal();
    const [first] = plan(fleet, { journal });
    assert.equal(first?.disposition, "held");
    assert.equal(first.until, now + defaultLimits.graceMilliseconds);
    journal.noteActionable([release], now - defaultLimits.graceMilliseconds);
    assert.deepEqual(due(fleet, { journal }), [release.key]);
  });

  it("does not ask at once for what has just been tried, unless a child of it got healthy", () => {
    const failed = (state: "K6" | "K8", at: number) => {
      const lastTransitionTime = new Date(at).toISOString();
      const conditions = [{ type: "Ready", status: "False", lastTransitionTime }];
      return verdictOf("infra", state, { kind: "Kustomization", status: { conditions } });
    };
    const [first] = plan([failed("K6", now - 5_000)]);
    assert.equal(first?.disposition, "held");
    assert.equal(first.until, now + 30_000);
    const due6 = due([failed("K6", now - 35_000)]);
    assert.deepEqual(due6, ["Kustomization/apps/infra"]);
    assert.deepEqual(due([failed("K8", now)]), due6);
  });
});
