import assert from "node:assert/strict";
import { createVerify, generateKeyPairSync } from "node:crypto";
import { describe, it } from "node:test";

import { principalsFile, signToken } from "../../../embedded/clouds/principals.ts";
import { writeAtomically } from "../../../embedded/cluster/record.ts";
import { clusterDirectory } from "../../../embedded/home.ts";
import { inStateHome } from "./support/test-cloud.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
  publicKeyEncoding: { type: "pkcs1", format: "pem" },
});
const expires = new Date("2030-01-01T00:00:00Z");

function decode(token: string) {
  const [header = "", claims = "", signature = ""] = token.split(".");
  const read = (part: string) =>
    JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>;
  const verified = createVerify("RSA-SHA256")
    .update(`${header}.${claims}`)
    .verify(publicKey, signature, "base64url");
  return { header: read(header), claims: read(claims), verified };
}

describe("a token for a principal of a cloud", () => {
  inStateHome();
  const sign = (principal: string) => {
    writeAtomically(`${clusterDirectory("prod")}/credentials/service-account.key`, privateKey);
    writeAtomically(
      principalsFile("prod"),
      JSON.stringify({ known: { name: "cloud-principal-1", uid: "uid-1" } }),
    );
    return decode(signToken("prod", principal, expires));
  };

  it("is signed by the cluster for the account that stands for it, until it expires", () => {
    const { header, claims, verified } = sign("known");
    assert.ok(verified);
    assert.equal(header["alg"], "RS256");
    assert.equal(claims["sub"], "system:serviceaccount:kube-system:cloud-principal-1");
    // The API server takes it for a minute longer.
    assert.equal(claims["exp"], expires.getTime() / 1000 - 60);
    assert.deepEqual(claims["kubernetes.io"], {
      namespace: "kube-system",
      serviceaccount: { name: "cloud-principal-1", uid: "uid-1" },
    });
  });

  it("is for an account that does not exist when the cluster does not know the principal", () => {
    const { claims } = sign("stranger");
    const { serviceaccount } = claims["kubernetes.io"] as { serviceaccount: { uid: string } };
    assert.notEqual(serviceaccount.uid, "uid-1");
    assert.notEqual(claims["sub"], "system:serviceaccount:kube-system:cloud-principal-1");
  });
});
