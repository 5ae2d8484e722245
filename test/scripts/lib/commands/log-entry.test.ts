import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { isError, parseLine, renderEntry } from "../../../../scripts/lib/commands/log-entry.ts";

const written = "2026-01-01T00:00:05.000000001Z";
const json = {
  level: "error",
  ts: "2026-01-01T00:00:01.500Z",
  msg: "Reconciler error",
  controllerKind: "HelmRelease",
  namespace: "shop",
  name: "cart",
  error: "install failed",
};

const entry = (line: string) => ({ ...parseLine(line), controller: "helm-controller" });
const rendered = (line: string) => {
  const cell = renderEntry(entry(line));
  return typeof cell === "string" ? cell : cell.text;
};

describe("a line of a controller's log", () => {
  it("is rendered with time, level, controller, object, message and error", () => {
    assert.equal(
      rendered(`${written} ${JSON.stringify(json)}`),
      "2026-01-01T00:00:01.500Z error helm-controller HelmRelease/shop/cart Reconciler error: install failed",
    );
  });

  it("takes the kubelet's time when it tells none itself", () => {
    assert.equal(entry(`${written} panic: boom`).at, Date.parse(written));
    assert.equal(entry("panic: boom").at, undefined);
    assert.equal(
      entry(`${written} {"level":"info","ts":1767225601.5,"msg":"m"}`).at,
      1767225601500,
    );
  });

  const errors: readonly (readonly [string, boolean])[] = [
    [JSON.stringify(json), true],
    [JSON.stringify({ ...json, level: "info" }), false],
    ["panic: runtime error", true],
    ['{"level":"error"', true],
    ["E0101 00:00:00.1       1 leaderelection.go:340] failed to renew", true],
    ["I0101 00:00:00.1       1 leaderelection.go:257] attempting", false],
  ];
  for (const [line, expected] of errors) {
    it(`${expected ? "is" : "is no"} error: ${line.slice(0, 40)}`, () => {
      assert.equal(isError(entry(`${written} ${line}`)), expected);
    });
  }

  it("survives fields of any type", () => {
    const odd = { level: 3, ts: {}, msg: ["a"], name: null, error: { code: 1 } };
    assert.match(
      rendered(`${written} ${JSON.stringify(odd)}`),
      /info {2}helm.* \["a"\]: \{"code":1\}/,
    );
  });
});
