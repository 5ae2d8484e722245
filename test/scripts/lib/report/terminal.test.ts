import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Redactor } from "../../../../scripts/lib/redact.ts";
import { type Outcome, reportOf } from "../../../../scripts/lib/report/report.ts";
import {
  renderFindings,
  renderTerminal,
  terminalStyle,
  type TerminalStyle,
} from "../../../../scripts/lib/report/terminal.ts";
import { brokenOutcome, wellOutcome } from "./support/fleet.ts";
import { cause, diagnosis, outcome, pod, repair } from "./support/outcome.ts";

const lines = (of: Outcome, style?: TerminalStyle) =>
  renderTerminal(reportOf(of, new Redactor()), style);

describe("renderTerminal", () => {
  it("is at most twelve lines when all is well, with repairs and suspended objects too", () => {
    const suspended = { kind: "HelmRelease", name: "off", created: 1, suspended: true };
    const of = wellOutcome({ repairs: Array.from({ length: 90 }, () => repair()) });
    const { nodes, assessment } = outcome([suspended]);
    const both = { ...of, assessment: { ...of.assessment, suspended: assessment.suspended } };
    const shown = lines({ ...both, nodes: new Map([...of.nodes, ...nodes]) });
    assert.ok(shown.length <= 12, shown.join("\n"));
    assert.match(
      shown[0] ?? "",
      /^✔ Bootstrap ready: 23 of 23 required objects are Ready, 1m58s after/,
    );
    assert.match(
      shown[1] ?? "",
      /^ {2}✔ repaired: HelmRelease\/monitoring\/grafana and 89 more \(reset: /,
    );
    assert.match(shown[2] ?? "", /^ {2}‖ suspended by a person: HelmRelease\/flux-system\/off$/);
  });

  it("makes one entry of what is broken, with what it holds up and one next command", () => {
    const affected = Array.from({ length: 40 }, (_, index) => `HelmRelease/shop/r${index}`);
    const shown = lines(
      outcome([], { failure: "41 are not Ready", diagnosis: diagnosis([cause({ affected })]) }),
    );
    assert.deepEqual(shown, [
      "✗ Bootstrap failed: 41 are not Ready",
      "  ✗ stuck: HelmRelease/shop/database",
      "      RetriesExceeded: install retries exhausted",
      "      holds up 40: HelmRelease/shop/r0, HelmRelease/shop/r1, HelmRelease/shop/r2 and 37 more",
      "      Next: kubectl -n shop describe helmrelease database",
    ]);
  });

  it("counts what it has no room for", () => {
    const causes = Array.from({ length: 9 }, (_, index) => cause({ objects: [`Pod/a/${index}`] }));
    const shown = lines(outcome([], { failure: "x", diagnosis: diagnosis(causes) }));
    assert.ok(shown.includes("  … and 4 more causes"));
  });

  it("prints the fields that decided when asked", () => {
    const findings = reportOf(brokenOutcome(), new Redactor());
    const shown = renderFindings(findings, { evidence: true }).join("\n");
    assert.match(shown, /^ {6}by status\.conditions\[Stalled\]\.reason = RetriesExceeded$/m);
    assert.match(shown, /^ {6}tries again by itself: never$/m);
    assert.doesNotMatch(renderFindings(findings).join("\n"), /by status/);
  });

  it("says what is left, what did not help and what was not seen", () => {
    const slow = { kind: "HelmRelease", name: "slow", created: 1, reason: "Progressing" };
    const shown = lines(
      outcome([slow], {
        failure: "x",
        diagnosis: diagnosis([], ["pods: forbidden"]),
        repairs: [repair({ outcome: "unanswered", text: "no answer in 30s" })],
      }),
    ).join("\n");
    assert.match(shown, /▲ failing: HelmRelease\/flux-system\/slow: Progressing/);
    assert.match(shown, /Next: kubectl -n flux-system describe helmrelease slow/);
    assert.match(
      shown,
      /▲ repair unanswered: HelmRelease\/monitoring\/grafana \(reset: no answer in 30s\)/,
    );
    assert.match(shown, /∅ not seen: pods: forbidden/);
  });

  it("keeps every line within the width but a command, which is whole", () => {
    const next = `kubectl ${"x".repeat(300)}`;
    const text = `a\u001b[31m\nb ${"long ".repeat(20_000)}`;
    const of = outcome([], {
      failure: text,
      diagnosis: diagnosis([cause({ next, text, objects: [text] })]),
      pods: [pod({ text, logLines: [text] })],
    });
    const shown = lines(of, { width: 80, evidence: true });
    assert.ok(shown.includes(`      Next: ${next}`));
    for (const line of shown) assert.ok(line.length <= 80 || line.includes(next), line);
    assert.ok(shown.every((line) => !line.includes("\u001b") && !line.includes("\n")));
  });

  it("is one line for a cluster with nothing in it", () => {
    assert.deepEqual(lines(outcome([])), [
      "✔ Bootstrap ready: 0 of 0 required objects are Ready, 0.0s after the first object was made",
    ]);
  });

  it("colours only when asked", () => {
    assert.ok(!lines(brokenOutcome()).join("").includes("\u001b"));
    const [first = ""] = lines(brokenOutcome(), { color: true });
    assert.ok(first.startsWith("\u001b[31m✗") && first.endsWith("\u001b[0m"));
  });
});

describe("terminalStyle", () => {
  const table = [
    [{ isTTY: true, columns: 80 }, {}, { width: 80, color: true }],
    [{ isTTY: true, columns: 300 }, {}, { width: 100, color: true }],
    [{ isTTY: true, columns: 80 }, { NO_COLOR: "1" }, { width: 80, color: false }],
    [{}, {}, { width: 100, color: false }],
    [{ columns: 5 }, {}, { width: 40, color: false }],
  ] as const;
  for (const [stream, environment, expected] of table) {
    it(`is ${JSON.stringify(expected)} for ${JSON.stringify([stream, environment])}`, () => {
      assert.deepEqual(terminalStyle(stream, environment), expected);
    });
  }
});
