import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parse } from "yaml";

import { mergeStackConfig } from "../../../embedded/pulumi/stack-config.ts";

const merge = (...texts: Parameters<typeof mergeStackConfig>) =>
  parse(mergeStackConfig(...texts)) as object;

describe("the stack file of the embedded environment", () => {
  it("is the checkout's at first", () => {
    assert.deepEqual(merge("config: {a: 1}"), { config: { a: 1 } });
  });

  it("keeps the salt that Pulumi wrote", () => {
    assert.deepEqual(
      merge("config: {a: 1}", "encryptionsalt: v1:x\nconfig: {a: 1}", "config: {a: 1}"),
      {
        encryptionsalt: "v1:x",
        config: { a: 1 },
      },
    );
  });

  it("follows an edit of the checkout's file", () => {
    assert.deepEqual(merge("config: {a: 2}", "config: {a: 1, b: 1}", "config: {a: 1, b: 1}"), {
      config: { a: 2 },
    });
  });

  it("keeps what `pulumi config set` added or changed", () => {
    assert.deepEqual(
      merge("config: {a: 2, b: 1}", "config: {a: 9, b: 1, s: {secure: c}}", "config: {a: 1, b: 1}"),
      { config: { a: 9, b: 1, s: { secure: "c" } } },
    );
  });
});
