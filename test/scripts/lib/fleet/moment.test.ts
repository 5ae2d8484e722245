import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { formatMoment, parseMoment, requireWithin } from "../../../../scripts/lib/fleet/moment.ts";

const startedAt = Date.parse("2026-01-01T12:00:00Z");

describe("parseMoment", () => {
  const table = [
    ["00:37", 37_000],
    ["37:02.5", 2_222_500],
    ["1:02:03", 3_723_000],
    ["1m20s", 80_000],
    ["90s", 90_000],
    ["0:00", 0],
    ["2026-01-01T12:00:05Z", 5000],
    ["2026-01-01T11:59:59Z", -1000],
  ] as const;
  for (const [text, offset] of table) {
    it(`reads ${text}`, () => {
      assert.equal(parseMoment(text, startedAt), offset);
    });
  }

  for (const text of ["soon", "", "1:2", "-"]) {
    it(`refuses "${text}"`, () => {
      assert.throws(() => parseMoment(text, startedAt), {
        name: "InputError",
        message:
          "the moment must be a time such as 00:37, 1m20s or 2026-01-01T12:00:00.000Z, " +
          `got "${text}". Leave it out for the end of the recording.`,
      });
    });
  }
});

describe("requireWithin", () => {
  it("takes every moment of the recording, the second that it ends in too", () => {
    for (const offset of [0, 1, 62_400, 63_000]) requireWithin("x", offset, 62_400);
  });

  for (const offset of [-1, 63_400]) {
    it(`refuses ${offset} ms in a recording of 62.4 s`, () => {
      assert.throws(() => {
        requireWithin("09:00", offset, 62_400);
      }, /^InputError: the moment must lie between 00:00 and 01:02, got "09:00"\./);
    });
  }
});

describe("formatMoment", () => {
  for (const [milliseconds, text] of [
    [37_999, "00:37"],
    [3_723_000, "1:02:03"],
  ] as const) {
    it(`writes ${text}`, () => {
      assert.equal(formatMoment(milliseconds), text);
    });
  }
});
