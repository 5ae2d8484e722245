import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  cut,
  longestText,
  moment,
  namesOf,
  oneLine,
  printable,
  redacted,
  shellWord,
  wrap,
} from "../../../../scripts/lib/report/text.ts";

describe("redacted", () => {
  const secret = `s3cr3t-${"k".repeat(3000)}`;
  const redact = (text: string) => text.replaceAll(secret, "*");

  it("keeps a text that is short enough", () => {
    assert.equal(redacted(`a ${secret} b`, redact), "a * b");
  });

  // The secret stands at every place where the text might be cut, behind secrets that shorten it.
  for (const before of [0, 4000, 4090, 8190, 20_000, 24_570, 30_000]) {
    for (const filling of ["x", secret]) {
      it(`leaves no half of a secret after ${before} characters of ${filling.slice(0, 6)}`, () => {
        const filled = filling.repeat(Math.floor(before / filling.length)).padEnd(before, "x");
        const text = `${filled}${secret}${"y".repeat(50_000)}`;
        const shown = redacted(text, redact);
        assert.ok(!shown.includes("s3cr3t") && !shown.includes("kk"), shown.slice(0, 100));
        assert.ok(shown.length < longestText + 40);
        assert.match(shown.slice(-30), /… \(\d+ more characters\)$/);
      });
    }
  }

  it("leaves no half of a secret in a text of nothing but secrets", () => {
    const shown = redacted(secret.repeat(40), redact);
    assert.ok(!shown.includes("s3cr3t") && !shown.includes("kk"), shown.slice(0, 100));
  });
});

describe("printable", () => {
  it("takes sequences and controls away and keeps line ends and tabs", () => {
    assert.equal(
      printable("a\u001b[1;31mb\u001b]0;title\u0007c\u0000\u009b\u202ed\n\te"),
      "abcd\n\te",
    );
  });
});

describe("oneLine", () => {
  it("makes one blank of white space", () => {
    assert.equal(oneLine(" a\r\n\t b \u001b[0m"), "a b");
  });
});

describe("cut", () => {
  const table = [
    ["abc", 3, "abc"],
    ["abcd", 3, "ab…"],
    ["a\ud83d\ude00b", 3, "a…"],
    ["abc", 0, "…"],
  ] as const;
  for (const [text, most, expected] of table) {
    it(`makes ${JSON.stringify(expected)} of ${JSON.stringify(text)} in ${most}`, () => {
      assert.equal(cut(text, most), expected);
    });
  }
});

describe("wrap", () => {
  it("breaks between words, in words that are too long, and cuts the last line", () => {
    assert.deepEqual(wrap("one two three", 8, 3), ["one two", "three"]);
    assert.deepEqual(wrap("abcdefghij", 4, 3), ["abcd", "efgh", "ij"]);
    assert.deepEqual(wrap("one two three four", 8, 2), ["one two", "three f…"]);
    assert.deepEqual(wrap("", 8, 2), [""]);
  });
});

describe("namesOf", () => {
  it("names as many as fit and counts the rest", () => {
    const names = ["aaaa", "bbbb", "cccc"];
    assert.equal(namesOf(names, 100), "aaaa, bbbb, cccc");
    assert.equal(namesOf(names, 15), "aaaa and 2 more");
    assert.equal(namesOf(names, 6), "aaaa …");
    assert.equal(namesOf([], 10), "");
  });
});

describe("moment and shellWord", () => {
  it("are for a person and for a shell", () => {
    assert.equal(moment("2026-01-15T09:30:00.000Z"), "2026-01-15 09:30:00 UTC");
    assert.equal(moment("2026-01-15T09:30:00Z"), "2026-01-15 09:30:00 UTC");
    assert.equal(shellWord("HelmRelease/shop/cart"), "HelmRelease/shop/cart");
    assert.equal(shellWord("a'b $(x)"), String.raw`'a'\''b $(x)'`);
  });
});
