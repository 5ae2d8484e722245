import assert from "node:assert/strict";
import { test } from "node:test";

import { buildEnvironment, findGo, isPackage, redact } from "../../../embedded/toolchain/go.ts";
import { fakeGo } from "./support/fake-go.ts";

test("finds the Go on PATH with the user's way to fetch modules", async (t) => {
  const { definition } = await fakeGo(t);
  const go = await findGo(definition.env);
  assert.equal(go?.version, "1.26.8");
  assert.equal(go.platform, "linux/amd64");
  assert.equal(go.fetching["GOPROXY"], "https://me:hunter2@proxy.example,direct");
});

test("finds no Go where none is", async () => {
  assert.equal(await findGo({ PATH: "/nonexistent" }), undefined);
});

test("builds with the user's proxy settings and no other setting of theirs", () => {
  const go = {
    version: "1.26.8",
    platform: "linux/amd64",
    fetching: { GOPROXY: "https://proxy.example", GONOSUMDB: "corp.example/*", GOVCS: "" },
  };
  const env = buildEnvironment(
    {
      HOME: "/home/me",
      HTTPS_PROXY: "http://proxy:3128",
      GOOGLE_APPLICATION_CREDENTIALS: "key.json",
      GOFLAGS: "-mod=vendor",
      GOARCH: "wasm",
      GO111MODULE: "off",
      CGO_CFLAGS: "-g",
    },
    go,
    "/cache/work",
  );
  delete env["GOGC"];
  assert.deepEqual(env, {
    HOME: "/home/me",
    HTTPS_PROXY: "http://proxy:3128",
    GOOGLE_APPLICATION_CREDENTIALS: "key.json",
    GOPROXY: "https://proxy.example",
    GONOSUMDB: "corp.example/*",
    GOENV: "off",
    GOWORK: "off",
    GOTOOLCHAIN: "local",
    GOFLAGS: "-buildvcs=false -modcacherw",
    GOCACHE: "/cache/work/go-build",
    GOMODCACHE: "/cache/work/mod",
    CGO_ENABLED: "0",
  });
});

const lines: [string, boolean][] = [
  ["k8s.io/api/core/v1", true],
  ["gopkg.in/yaml.v3", true],
  ["internal/goarch", true],
  ["go: downloading k8s.io/api v0.36.3", false],
  ["# k8s.io/api/core/v1", false],
  ["./main.go:3:1: syntax error", false],
];
for (const [line, expected] of lines) {
  test(`takes "${line}" ${expected ? "" : "not "}for a compiled package`, () => {
    assert.equal(isPackage(line), expected);
  });
}

test("leaves credentials out of addresses", () => {
  assert.equal(
    redact('Get "https://me:s3cret@proxy.example/x": EOF, https://token@other.example'),
    'Get "https://proxy.example/x": EOF, https://other.example',
  );
  assert.equal(redact("https://proxy.example/a@v1"), "https://proxy.example/a@v1");
});
