import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { describe, it } from "node:test";

import { fingerprintOf, generateKeyPair } from "../../../../scripts/lib/deploy-key/key-pair.ts";

describe("a generated key pair", () => {
  const { privateKey, publicKey } = generateKeyPair("flux-bootstrap-true");

  it("has a public line that belongs to the private key", () => {
    const [type = "", blob = "", comment] = publicKey.split(" ");
    assert.equal(type, "ssh-ed25519");
    assert.equal(comment, "flux-bootstrap-true");
    const bytes = Buffer.from(blob, "base64");
    assert.equal(bytes.toString("latin1", 4, 4 + bytes.readUInt32BE(0)), type);
    const { x = "" } = createPublicKey(createPrivateKey(privateKey)).export({ format: "jwk" });
    assert.equal(bytes.subarray(-32).toString("base64url"), x);
    assert.equal(bytes.length, 4 + type.length + 4 + 32);
  });

  it("is another one each time", () => {
    assert.notEqual(generateKeyPair("x").privateKey, privateKey);
  });
});

describe("fingerprintOf", () => {
  it("is what a Git host shows of a key", () => {
    const line =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl github";
    assert.equal(fingerprintOf(line), "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU");
  });
});
