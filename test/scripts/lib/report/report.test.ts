import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Redactor } from "../../../../scripts/lib/redact.ts";
import { type Outcome, type Report, reportOf } from "../../../../scripts/lib/report/report.ts";
import { brokenOutcome, wellOutcome } from "./support/fleet.ts";
import { cause, diagnosis, outcome, type Planned, pod, repair } from "./support/outcome.ts";

const report = (of: Outcome, ...secrets: string[]): Report => {
  const redactor = new Redactor();
  redactor.add(...secrets);
  return reportOf(of, redactor);
};
const release = (name: string, more: Partial<Planned> = {}): Planned => ({
  kind: "HelmRelease",
  namespace: "shop",
  name,
  created: 5,
  ready: 9,
  ...more,
});
const stuck = { ready: undefined, reason: "RetriesExceeded", message: "gave up", stalled: true };
const waiting = { ready: undefined, reason: "DependencyNotReady", message: "waits" };

describe("reportOf", () => {
  it("is ready when all that is required is, with nothing to add", () => {
    const {
      outcome: ending,
      causes,
      left,
      repairs,
      pods,
      counts,
      schemaVersion,
    } = report(wellOutcome());
    assert.deepEqual(
      [schemaVersion, ending, causes, left, repairs, pods],
      [2, "ready", [], [], [], []],
    );
    assert.deepEqual(counts, { required: 23, ready: 23, failed: 0, suspended: 0, notRequired: 0 });
  });

  const endings: readonly (readonly [string, Outcome, Report["outcome"]])[] = [
    ["a failure", outcome([], { failure: "over" }), "failed"],
    [
      "an optional object that is not Ready",
      outcome([release("a", stuck)], { optional: ["HelmRelease/shop/a"] }),
      "warnings",
    ],
    ["a cause", wellOutcome({ diagnosis: diagnosis([cause()]) }), "warnings"],
    ["a pod that does not run", wellOutcome({ pods: [pod()] }), "warnings"],
    [
      "something that could not be seen",
      wellOutcome({ diagnosis: diagnosis([], ["pods: forbidden"]) }),
      "warnings",
    ],
    [
      "a repair in vain",
      wellOutcome({ repairs: [repair({ outcome: "ineffective" })] }),
      "warnings",
    ],
    ["a repair that worked", wellOutcome({ repairs: [repair()] }), "ready"],
    ["a suspended object", outcome([release("a", { ready: undefined, suspended: true })]), "ready"],
    ["nothing at all", outcome([]), "ready"],
  ];
  for (const [what, of, expected] of endings) {
    it(`ends with ${expected} for ${what}`, () => {
      assert.equal(report(of).outcome, expected);
    });
  }

  it("makes one line of a cause however many objects it holds up, and leaves each with its next command", () => {
    const names = Array.from({ length: 40 }, (_, index) => `r${index}`);
    const affected = names.map((name) => `HelmRelease/shop/${name}`);
    const { causes, left } = report(
      outcome([release("database", stuck), ...names.map((name) => release(name, waiting))], {
        failure: "41 are not Ready",
        diagnosis: diagnosis([cause({ affected })]),
      }),
    );
    assert.equal(causes.length, 1);
    assert.equal(causes[0]?.affected.length, 40);
    assert.match(causes[0].meaning, /^out of retries: /);
    assert.equal(left.length, 41);
    assert.ok(
      left.every(
        ({ cause: index, next, required }) => index === 0 && next === causes[0]?.next && required,
      ),
    );
    assert.deepEqual([left[0]?.object, left[0]?.standing], ["HelmRelease/shop/database", "stuck"]);
  });

  it("gives what no cause explains a command of its own, worst first", () => {
    const { left } = report(
      outcome(
        [
          release("slow", waiting),
          release("off", { ready: undefined, suspended: true }),
          release("bad", { ready: undefined, reason: "InstallFailed", message: "x" }),
          release("dead", stuck),
        ],
        { failure: "not all", missing: ["Kustomization/flux-system/apps"] },
      ),
    );
    assert.deepEqual(
      left.map(({ standing, next }) => [standing, next]),
      [
        ["stuck", "kubectl -n shop describe helmrelease dead"],
        ["failing", "kubectl -n shop describe helmrelease bad"],
        ["missing", "npm run fleet -- doctor"],
        ["waiting", "kubectl -n shop describe helmrelease slow"],
        ["suspended", "npm run fleet -- resume HelmRelease/shop/off"],
      ],
    );
  });

  it("leaves out what was Ready once and only flickers, but not what is stuck", () => {
    const flickering = (standing: "waiting" | "stuck") =>
      report(outcome([release("database")], { diagnosis: diagnosis([cause({ standing })]) }));
    assert.deepEqual([flickering("waiting").causes, flickering("waiting").left], [[], []]);
    assert.equal(flickering("stuck").causes.length, 1);
    assert.equal(flickering("stuck").left.length, 1);
  });

  it("names what is not namespaced without an empty part", () => {
    const objects = ["Namespace//shop"];
    const { causes } = report(wellOutcome({ diagnosis: diagnosis([cause({ objects })]) }));
    assert.deepEqual(causes[0]?.objects, ["Namespace/shop"]);
  });

  it("lists what was done to objects and to pods in the order in which it was done", () => {
    const fix = {
      key: "Pod/shop/cart-1",
      workload: "Deployment/shop/cart",
      problem: "image-pull",
      replacement: "Pod/shop/cart-2",
      text: "Pod/shop/cart-2 is Ready",
      seconds: 4,
    } as const;
    const { repairs, outcome: ending } = report(
      wellOutcome({
        repairs: [repair()],
        podFixes: [
          { ...fix, outcome: "not-fixed", at: Date.parse("2026-01-15T09:50:00Z") },
          { ...fix, outcome: "fixed", at: Date.parse("2026-01-15T09:30:00Z") },
        ],
      }),
    );
    assert.deepEqual(
      repairs.map(({ object, action, stateName, outcome }) => [object, action, stateName, outcome]),
      [
        ["Pod/shop/cart-1", "delete-pod", "image-pull", "effective"],
        ["HelmRelease/monitoring/grafana", "reset", "out of retries", "effective"],
        ["Pod/shop/cart-1", "delete-pod", "image-pull", "ineffective"],
      ],
    );
    assert.equal(ending, "warnings");
  });

  it("quotes a name that a shell would read as more than a word", () => {
    const { left } = report(outcome([release("a; rm -rf x", waiting)], { failure: "x" }));
    assert.equal(left[0]?.next, "kubectl -n shop describe helmrelease 'a; rm -rf x'");
  });

  it("redacts a secret before it cuts the text that holds it", () => {
    const secret = "planted-secret-value";
    const text = `${"x".repeat(4090)}${secret}${"y".repeat(100_000)}`;
    const evidence = [{ field: "status.message", value: text }];
    const of = wellOutcome({
      failure: text,
      diagnosis: diagnosis([cause({ text, evidence })], [text]),
      pods: [pod({ text, logLines: [text] })],
      repairs: [repair({ text })],
    });
    const document = JSON.stringify(report(of, secret));
    assert.ok(!document.includes("plant"));
    assert.ok(document.includes("x[redac… (100014 more characters)"));
    assert.ok(document.length < 100_000);
  });

  it("has the same order whatever the order of its objects", () => {
    const of = brokenOutcome();
    const turned = new Map([...of.nodes].reverse());
    const rest = { diagnosis: of.diagnosis, nodes: turned };
    assert.equal(JSON.stringify(report({ ...of, ...rest })), JSON.stringify(report(of)));
  });

  it("lists what is not Ready first and the slowest of the rest next, in seconds since the start", () => {
    const { objects } = report(
      outcome([
        release("quick", { ready: 6 }),
        release("slow", { ready: 30 }),
        release("bad", stuck),
      ]),
    );
    assert.deepEqual(
      objects.map(({ name, start, end }) => [name, start, end]),
      [
        ["bad", 5, undefined],
        ["slow", 5, 30],
        ["quick", 5, 6],
      ],
    );
  });
});
