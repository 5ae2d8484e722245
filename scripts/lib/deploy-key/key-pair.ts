import { createHash, generateKeyPairSync } from "node:crypto";

/** An Ed25519 key pair for SSH. */
export interface KeyPair {
  /** PKCS#8 in PEM, which the SSH library of Flux reads. */
  readonly privateKey: string;
  /** A line as a Git host takes it. */
  readonly publicKey: string;
}

/** generateKeyPair makes a new pair; the comment ends the public line. */
export function generateKeyPair(comment: string): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const { x = "" } = publicKey.export({ format: "jwk" });
  const type = "ssh-ed25519";
  const blob = Buffer.concat([field(Buffer.from(type)), field(Buffer.from(x, "base64url"))]);
  return {
    privateKey: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
    publicKey: `${type} ${blob.toString("base64")} ${comment}`,
  };
}

/** fingerprintOf is what a Git host shows of a public line: `SHA256:…`. */
export function fingerprintOf(publicKey: string): string {
  const [, blob = ""] = publicKey.split(" ");
  const digest = createHash("sha256").update(Buffer.from(blob, "base64")).digest("base64");
  return `SHA256:${digest.replaceAll("=", "")}`;
}

/** SSH writes the length of a field before it. */
function field(content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, content]);
}
