import assert from "node:assert/strict";
import { test } from "node:test";

import { GoError } from "../../../embedded/toolchain/go.ts";
import { explainFailure } from "../../../embedded/toolchain/problems.ts";

const proxy = "https://me:hunter2@proxy.example";

const unavailable: [string, string][] = [
  [
    "go: example.org/a/v2@v2.0.0: reading https://proxy.example/a/v2/@v/v2.0.0.zip: 403 Forbidden",
    "example.org/a/v2@v2.0.0",
  ],
  [
    'main.go:3:2: example.org/b@v1.0.0-rc.1: Get "https://proxy.example": dial tcp: lookup proxy.example: no such host',
    "example.org/b@v1.0.0-rc.1",
  ],
  [
    "go: github.com/c/d@v0.0.0-20260115033456-f47bc2d6f199: verifying go.mod: checksum mismatch",
    "github.com/c/d@v0.0.0-20260115033456-f47bc2d6f199",
  ],
];
for (const [line, module] of unavailable) {
  test(`names the module in "${line}"`, () => {
    const problem = explainFailure("flux", new GoError("go list", ["noise", line]), proxy);
    assert.ok(
      problem.startsWith(`module ${module} must be available through GOPROXY, got "${line}"`),
    );
    assert.ok(problem.includes("https://proxy.example;"), "names the proxy");
    assert.ok(!problem.includes("hunter2"));
  });
}

test("does not take code that does not compile for a module that is missing", () => {
  const lines = [
    "# example.org/a",
    "../mod/example.org/a@v1.0.0/a.go:3:1: syntax error: unexpected }",
  ];
  assert.equal(
    explainFailure("flux", new GoError("go build", lines), proxy),
    `flux must build, got:\n${lines.join("\n")}\nRun the command again: what is compiled is kept.`,
  );
});

test("keeps the last 40 lines of what the compiler says", () => {
  const lines = Array.from({ length: 60 }, (_, index) => `line ${index}`);
  const problem = explainFailure("flux", new GoError("go build", lines), proxy);
  assert.ok(!problem.includes("line 19\n"));
  assert.ok(problem.includes("line 20\n"));
});

test("passes on what is not about go", () => {
  const error = new Error("ENOSPC: no space left on device");
  assert.equal(
    explainFailure("flux", error, proxy),
    "flux must build, got: ENOSPC: no space left on device",
  );
});
