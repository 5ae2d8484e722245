import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Redactor, secretsOfKubeconfig } from "../../../scripts/lib/redact.ts";

describe("Redactor", () => {
  const table: [string, string][] = [
    ["Authorization: Bearer abcdef1234567890", "Authorization: Bearer [redacted]"],
    ["https://bot:hunter22@git.example/x", "https://[redacted]@git.example/x"],
    ["ssh://git@git.example/x", "ssh://git@git.example/x"],
    ["ssh://bot:hunter22@git.example/x", "ssh://[redacted]@git.example/x"],
    ["xssh://planted@git.example/x", "xssh://[redacted]@git.example/x"],
    ["AGE-SECRET-KEY-1QQPQQ", "[redacted]"],
    ["token=abc123 next", "token=[redacted] next"],
    ['{"password":"hunter22","user":"bot"}', '{"password":"[redacted]","user":"bot"}'],
    ["eyJhbGciOi.eyJzdWIi.c2ln", "[redacted]"],
    ["ghp_0123456789abcdefABCDEF", "[redacted]"],
    [
      "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- rest",
      "[redacted] rest",
    ],
    ["basic authentication failed", "basic authentication failed"],
    ["failed to get secret 'flux-system/git'", "failed to get secret 'flux-system/git'"],
    ["refs/heads/main@sha1:3de9fc09", "refs/heads/main@sha1:3de9fc09"],
  ];
  for (const [text, redacted] of table) {
    it(`turns ${JSON.stringify(text)} into ${JSON.stringify(redacted)}`, () => {
      assert.equal(new Redactor().text(text), redacted);
    });
  }

  for (const part of ["x", "eyJ-", "a://", "password ", "-----BEGIN "]) {
    it(`takes no time for 100 KiB of "${part}"`, () => {
      const text = part.repeat((100 * 1024) / part.length);
      const before = performance.now();
      assert.equal(new Redactor().text(text), text);
      assert.ok(performance.now() - before < 2000);
    });
  }

  it("removes known values from a document, keys and numbers stay", () => {
    const redactor = new Redactor();
    redactor.add("planted", "");
    const document = { token: "gate-1-abc", list: ["a planted value", 3], none: null };
    assert.deepEqual(redactor.document(document), {
      token: "gate-1-abc",
      list: ["a [redacted] value", 3],
      none: null,
    });
  });
});

describe("secretsOfKubeconfig", () => {
  it("finds tokens, passwords, keys and what an exec plugin is given", () => {
    const user = {
      token: "one",
      password: "two",
      "client-key-data": "three",
      "client-certificate-data": "public",
      username: "bot",
      exec: {
        command: "aws",
        env: [
          { name: "AWS_SECRET_ACCESS_KEY", value: "four" },
          { name: "AWS_PROFILE", value: "dev" },
        ],
      },
      "auth-provider": { config: { "id-token": "five" } },
    };
    const found = secretsOfKubeconfig(JSON.stringify({ users: [{ name: "x", user }] }));
    assert.deepEqual(found.sort(), ["five", "four", "one", "three", "two"]);
  });

  it("finds nothing in what is no kubeconfig", () => {
    assert.deepEqual(secretsOfKubeconfig("a: [b"), []);
    assert.deepEqual(secretsOfKubeconfig(""), []);
  });
});
