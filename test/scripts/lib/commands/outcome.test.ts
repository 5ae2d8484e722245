import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  renderMarkdown,
  renderText,
  type Section,
} from "../../../../scripts/lib/commands/outcome.ts";

const plain = { width: 40, colour: false };
const long = "x".repeat(100 * 1024);

describe("renderText", () => {
  it("aligns columns and cuts every line of a table to the width", () => {
    const table = {
      columns: ["A", "MESSAGE"],
      rows: [
        ["one", "short"],
        ["three", long],
      ],
    };
    const [head = "", first = "", second = ""] = renderText([{ table }], plain);
    assert.deepEqual([head, first], ["A      MESSAGE", "one    short"]);
    assert.equal(second.length, 40);
    assert.ok(second.endsWith("…"));
  });

  it("cuts any other line, and lets none steer the terminal or break", () => {
    const lines = [long, "a\u001b[31mb\nc\u0007"];
    const [cut = "", safe = ""] = renderText([{ lines, code: [long] }], plain);
    assert.equal(cut.length, 1000);
    assert.equal(safe, "ab c");
  });

  it("colours cells on a terminal only", () => {
    const sections: Section[] = [{ lines: [{ text: "stuck", style: "red" }] }];
    assert.deepEqual(renderText(sections, plain), ["stuck"]);
    assert.deepEqual(renderText(sections, { ...plain, colour: true }), [
      "\u001b[31mstuck\u001b[39m",
    ]);
  });

  it("leaves out sections with nothing in them, titles too", () => {
    const sections = [{ title: "Empty" }, { lines: ["one"] }, { lines: [] }, { lines: ["two"] }];
    assert.deepEqual(renderText(sections, plain), ["one", "", "two"]);
  });
});

describe("renderMarkdown", () => {
  it("writes tables in which nothing is markup", () => {
    const table = { columns: ["OBJECT", "MESSAGE"], rows: [["a|b", "<script> `x`\nnext"]] };
    assert.deepEqual(renderMarkdown([{ title: "T", table }]), [
      "## T",
      "",
      "| object | message |",
      "| --- | --- |",
      "| a\\|b | \\<script\\> \\`x\\` next |",
      "",
    ]);
  });

  it("fences what is typed with more back quotes than it holds", () => {
    assert.deepEqual(renderMarkdown([{ code: ["a ```` b"] }]), [
      "`````text",
      "a ```` b",
      "`````",
      "",
    ]);
  });
});
