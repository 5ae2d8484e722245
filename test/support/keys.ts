import { generateKeyPairSync } from "node:crypto";

/** An RSA key in PEM, as GitHub hands it out for an App. */
export function rsaKey(): string {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return privateKey.export({ format: "pem", type: "pkcs1" }).toString();
}

/** An Ed25519 key in PEM. */
export function ed25519Key(): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  return privateKey.export({ format: "pem", type: "pkcs8" }).toString();
}

/** An EC key in PEM that is locked the way `openssl ec -aes128` locks it. */
export function lockedKey(passphrase: string): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const lock = { cipher: "aes-128-cbc", passphrase };
  return privateKey.export({ format: "pem", type: "sec1", ...lock }).toString();
}

/** What OpenSSH would write around a key, with nothing in it that opens anything. */
export function openSshShape(cipher: string): string {
  const field = (text: string) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text.length);
    return Buffer.concat([length, Buffer.from(text)]);
  };
  const blob = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    ...[cipher, cipher === "none" ? "none" : "bcrypt", "options", "rest"].map(field),
  ]);
  const begin = "-----BEGIN OPENSSH PRIVATE KEY-----";
  return `${begin}\n${blob.toString("base64")}\n-----END OPENSSH PRIVATE KEY-----\n`;
}
