import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Redactor } from "../../../../scripts/lib/redact.ts";
import { renderMarkdown, renderMarkdownFindings } from "../../../../scripts/lib/report/markdown.ts";
import { type Outcome, reportOf } from "../../../../scripts/lib/report/report.ts";
import { brokenOutcome, wellOutcome } from "./support/fleet.ts";
import { controls, hostileOutcome } from "./support/hostile.ts";
import { cause, diagnosis, outcome, pod } from "./support/outcome.ts";

const markdown = (of: Outcome, redactor = new Redactor()) => renderMarkdown(reportOf(of, redactor));
const outsideCode = (text: string) => text.replaceAll(/^(`{3,})[^]*?^\1$/gm, "");
/** Without what a backslash makes plain. */
const unescaped = (text: string) => text.replaceAll(/\\./g, "");

describe("renderMarkdown", () => {
  it("has a section for each thing there is", () => {
    const titles = (of: Outcome) =>
      markdown(of)
        .split("\n")
        .filter((line) => /^#{1,2} /.test(line));
    assert.deepEqual(titles(outcome([])), ["# ✔ Bootstrap ready"]);
    assert.deepEqual(titles(wellOutcome()), [
      "# ✔ Bootstrap ready",
      "## Timeline",
      "## Slowest chain",
      "## Waits",
      "## Slowest objects",
    ]);
    assert.deepEqual(titles(brokenOutcome()).slice(0, 4), [
      "# ✗ Bootstrap failed",
      "## What is wrong",
      "## Pods",
      "## Repairs",
    ]);
  });

  it("makes one heading of a cause that holds up forty", () => {
    const affected = Array.from({ length: 40 }, (_, index) => `HelmRelease/shop/r${index}`);
    const text = markdown(
      outcome([], { failure: "x", diagnosis: diagnosis([cause({ affected })]) }),
    );
    assert.equal(text.match(/^### /gm)?.length, 1);
    assert.match(text, /^- holds up 40: HelmRelease\/shop\/r0, .* and 30 more$/m);
    assert.match(text, /^```sh\nkubectl -n shop describe helmrelease database\n```$/m);
  });

  it("shows hostile text as text, in one line and one cell", () => {
    const text = markdown(hostileOutcome());
    const prose = unescaped(outsideCode(text));
    assert.doesNotMatch(prose, /[<>`*[\]]/);
    assert.ok(controls.every((control) => !text.includes(control)));
    assert.doesNotMatch(prose, /^# head/m);
    const tables = prose.split(/\n\n+/).filter((block) => block.startsWith("|"));
    assert.ok(tables.length >= 3);
    for (const table of tables) {
      const columns = table
        .trim()
        .split("\n")
        .map((row) => row.split("|").length);
      assert.equal(new Set(columns).size, 1, table);
    }
  });

  it("fences a command with more back quotes than it has", () => {
    const text = markdown(wellOutcome({ diagnosis: diagnosis([cause({ next: "echo ```` x" })]) }));
    assert.match(text, /^`{5}sh\necho ```` x\n`{5}$/m);
  });

  it("does not make a list or a rule of a message", () => {
    for (const [message, plain] of [
      ["- a", String.raw`\- a`],
      ["1. a", String.raw`1\. a`],
      ["---", String.raw`\---`],
      ["1.0s", "1.0s"],
    ] as const) {
      assert.ok(markdown(outcome([], { failure: message })).includes(`\n${plain}\n`), message);
    }
  });

  it("fits into the summary of a CI job whatever the number and length of its texts", () => {
    const text = "&".repeat(100 * 1024);
    const bad = Array.from({ length: 5000 }, (_, index) => ({
      kind: "HelmRelease",
      name: `r${index}`,
      created: 1,
      reason: "InstallFailed",
      message: "<>".repeat(1000),
    }));
    const causes = Array.from({ length: 500 }, (_, index) =>
      cause({ text, objects: [`Pod/a/${index}`] }),
    );
    const pods = Array.from({ length: 500 }, () => pod({ text, logLines: [text] }));
    const whole = markdown(outcome(bad, { failure: text, diagnosis: diagnosis(causes), pods }));
    assert.ok(Buffer.byteLength(whole) < 1024 * 1024, String(whole.length));
    assert.match(whole, /480 causes more, in report\.json/);
  });

  it("holds no planted secret", () => {
    const redactor = new Redactor();
    redactor.add("planted_secret");
    const of = wellOutcome({
      failure: "it is planted_secret",
      pods: [pod({ logLines: ["planted_secret"] })],
    });
    assert.doesNotMatch(markdown(of, redactor), /planted/);
  });
});

describe("renderMarkdownFindings", () => {
  it("is the part that says what is wrong", () => {
    const text = renderMarkdownFindings(reportOf(brokenOutcome(), new Redactor()));
    assert.match(text, /^## What is wrong\n/);
    assert.doesNotMatch(text, /Timeline/);
  });

  it("is empty when nothing is", () => {
    assert.equal(renderMarkdownFindings(reportOf(wellOutcome(), new Redactor())).trim(), "");
  });
});
