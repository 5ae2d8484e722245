import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";

import { Redactor } from "../../../../../scripts/lib/redact.ts";
import { renderHtml } from "../../../../../scripts/lib/report/html/page.ts";
import { type Outcome, reportOf } from "../../../../../scripts/lib/report/report.ts";
import { brokenOutcome, wellOutcome } from "../support/fleet.ts";
import { controls, hostileOutcome } from "../support/hostile.ts";
import { cause, diagnosis, outcome, pod } from "../support/outcome.ts";
import { tagsOf, textOf } from "../support/page.ts";

const page = (of: Outcome, redactor = new Redactor()) => renderHtml(reportOf(of, redactor));
const releases = (count: number, more: object) =>
  Array.from({ length: count }, (_, index) => ({
    kind: "HelmRelease",
    name: `r${index}-${Object.keys(more).length}`,
    created: 1,
    ...more,
  }));

const pages: readonly (readonly [string, Outcome])[] = [
  ["all is well", wellOutcome()],
  ["one thing is broken and one repaired", brokenOutcome()],
  ["nothing is there", outcome([])],
  ["every text is hostile", hostileOutcome()],
];

describe("renderHtml", () => {
  for (const [when, of] of pages) {
    it(`is well-formed, labelled and asks for nothing when ${when}`, () => {
      const tags = tagsOf(page(of));
      const named = (name: string) => tags.filter((tag) => tag.name === name);
      const attributes = new Set(tags.flatMap((tag) => [...tag.attributes.keys()]));
      for (const name of ["src", "href", "style", "onerror", "onclick", "action"]) {
        assert.ok(!attributes.has(name), name);
      }
      for (const name of ["script", "img", "link", "iframe", "form", "object", "a", "base"]) {
        assert.deepEqual(named(name), [], name);
      }
      assert.equal(named("h1").length, 1);
      assert.equal(named("caption").length, named("table").length);
      assert.ok(named("th").every(({ attributes: set }) => set.has("scope")));
      assert.ok(named("h3").length === 0 || named("h2").length > 0);
      const silent = named("svg").filter(
        ({ attributes: set }) => set.get("aria-hidden") === "true",
      );
      const titles = named("title").filter(({ path }) => path.at(-1) === "svg");
      assert.equal(titles.length, named("svg").length - silent.length);
      const ids = tags.flatMap(({ attributes: set }) => set.get("id") ?? []);
      assert.equal(new Set(ids).size, ids.length);
    });
  }

  it("shows hostile text as text", () => {
    const html = page(hostileOutcome());
    assert.ok(["<script>", ...controls].every((text) => !html.includes(text)));
    assert.ok(textOf(html).includes("</style></td><script>alert(1)</script>"));
  });

  it("allows its own style and nothing else", () => {
    const html = page(wellOutcome());
    const style = /<style>([^]*?)<\/style>/.exec(html)?.[1] ?? "";
    const hash = createHash("sha256").update(style).digest("base64");
    const policy = `default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;`;
    assert.ok(html.includes(`<meta http-equiv="Content-Security-Policy" content="${policy}">`));
    assert.ok(!/url\(|@import|@font-face/.test(style));
    assert.equal(tagsOf(html).filter(({ name }) => name === "style").length, 0);
  });

  it("makes one card of a cause that holds up forty", () => {
    const affected = Array.from({ length: 40 }, (_, index) => `HelmRelease/shop/r${index}`);
    const html = page(outcome([], { failure: "x", diagnosis: diagnosis([cause({ affected })]) }));
    assert.equal(tagsOf(html).filter(({ name }) => name === "article").length, 1);
    assert.match(textOf(html), /Holds up 40 objects/);
    assert.match(textOf(html), /Next kubectl -n shop describe helmrelease database/);
    assert.doesNotMatch(textOf(html), /What is left/);
  });

  it("says by word what it says by colour", () => {
    const text = textOf(page(brokenOutcome()));
    for (const words of [
      /✗\ufe0e stuck/,
      /✔\ufe0e effective/,
      /5 waiting/,
      /not yet/,
      /Bootstrap failed/,
    ]) {
      assert.match(text, words);
    }
  });

  it("has sections only for what there is", () => {
    const titles = (of: Outcome) =>
      [...page(of).matchAll(/<h2[^>]*>([^<]*)/g)].map(([, title]) => title);
    assert.deepEqual(titles(outcome([])), []);
    assert.deepEqual(titles(wellOutcome()), ["Timeline", "Slowest chain", "Waits", "Objects"]);
    assert.deepEqual(titles(brokenOutcome()).slice(0, 3), ["What is wrong", "Pods", "Repairs"]);
  });

  it("lists what is not Ready and the slowest fifty of five thousand objects", () => {
    const bad = releases(20, { reason: "InstallFailed", message: "x" });
    const html = page(outcome([...releases(4980, { ready: 9 }), ...bad], { failure: "x" }));
    const objects = html.slice(html.indexOf('<h2 id="objects">'));
    assert.equal(objects.match(/<tr /g)?.length, 1 + 20 + 50);
    assert.match(textOf(objects), /70 objects of 5000/);
    assert.ok(html.length < 200_000, String(html.length));
  });

  it("stays a page with a thousand objects whose messages have 100 KiB", () => {
    const bad = releases(1000, { reason: "InstallFailed", message: "x".repeat(100 * 1024) });
    assert.ok(page(outcome(bad, { failure: "x" })).length < 3_000_000);
  });

  it("holds no planted secret", () => {
    const redactor = new Redactor();
    redactor.add("planted&secret");
    const text = "password is planted&secret, token=abcdef";
    const of = wellOutcome({
      failure: text,
      diagnosis: diagnosis([cause({ text })]),
      pods: [pod({ text, logLines: [text] })],
    });
    assert.doesNotMatch(page(of, redactor), /planted|abcdef/);
  });

  it("is the same for the same report", () => {
    assert.equal(page(brokenOutcome()), page(brokenOutcome()));
  });
});
