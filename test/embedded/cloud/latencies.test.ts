import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { defaultLatencies, parseLatencies } from "../../../embedded/cloud/latencies.ts";

describe("the cloud's latencies", () => {
  it("are the defaults where nothing is set", () => {
    assert.deepEqual(parseLatencies({}), { latencies: defaultLatencies, problems: [] });
  });

  it("are milliseconds by operation, zero included, and other keys mean nothing", () => {
    const data = { "attach-address": "0", "delete-volume": "90000", note: "slow" };
    const { latencies, problems } = parseLatencies(data);
    assert.deepEqual(problems, []);
    const changed = { "attach-address": 0, "delete-volume": 90_000 };
    assert.deepEqual(latencies, { ...defaultLatencies, ...changed });
  });

  for (const text of ["", "2s", "-1", "1.5", " 5", "10000000000"]) {
    it(`refuse "${text}" by name and use the default`, () => {
      const { latencies, problems } = parseLatencies({ "release-address": text });
      assert.deepEqual(latencies, defaultLatencies);
      assert.deepEqual(problems, [
        "release-address of ConfigMap/kube-system/embedded-cloud must be a number of milliseconds, " +
          `got "${text}". 300 is used.`,
      ]);
    });
  }
});
