import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { retryPause } from "../../../scripts/lib/retry-after.ts";

describe("retryPause", () => {
  const table = [
    ["a read that is throttled", { code: 429, retryAfter: "2" }, 2000],
    ["a read of a server that is not ready", { code: 503, retryAfter: "1" }, 1000],
    ["a write that is throttled", { code: 429, retryAfter: "1", method: "PATCH" }, 1000],
    ["at once", { code: 429, retryAfter: "0" }, 0],
    ["never a write that the server may have done", { code: 503, retryAfter: "1", method: "POST" }],
    ["never without the server's word", { code: 429, retryAfter: null }],
    ["never another failure", { code: 500, retryAfter: "1" }],
    ["never for longer than half a minute", { code: 429, retryAfter: "31" }],
    ["never a seventh time", { code: 429, retryAfter: "1", attempt: 6 }],
    ["never by a header that means nothing", { code: 429, retryAfter: "soon" }],
    ["a date that has passed: at once", { code: 503, retryAfter: new Date(0).toUTCString() }, 0],
  ] as const;
  for (const [name, refusal, pause] of table) {
    it(name, () => {
      assert.equal(retryPause({ method: "GET", attempt: 1, ...refusal }), pause);
    });
  }
});
