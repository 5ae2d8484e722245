import { createPrivateKey } from "node:crypto";

/** What keeps an SSH key from being used. */
export type SshKeyProblem = "unreadable" | "locked" | "unlocked" | "wrong passphrase";

const openSsh =
  /^-----BEGIN OPENSSH PRIVATE KEY-----\s+([A-Za-z0-9+/=\s]+)-----END OPENSSH PRIVATE KEY-----\s*$/;
// PKCS#8 with a passphrase ("ENCRYPTED PRIVATE KEY") is what the SSH library of Flux cannot read.
const pem = /^-----BEGIN (?:(?:RSA|EC) )?PRIVATE KEY-----\s/;

/** sshKeyProblem is undefined for a key that Flux can use with that passphrase, or without one. */
export function sshKeyProblem(key: string, passphrase?: string): SshKeyProblem | undefined {
  const locked = isLocked(key);
  if (locked === undefined) return "unreadable";
  if (!locked) return passphrase === undefined ? undefined : "unlocked";
  if (passphrase === undefined) return "locked";
  // Nothing at hand opens OpenSSH's own form: there the probe tries the passphrase.
  return openSsh.test(key) || opens(key, passphrase) ? undefined : "wrong passphrase";
}

/** Undefined when it is no private key. */
function isLocked(key: string): boolean | undefined {
  const body = openSsh.exec(key)?.[1];
  if (body !== undefined) {
    const cipher = cipherOf(Buffer.from(body, "base64"));
    return cipher === undefined ? undefined : cipher !== "none";
  }
  if (!pem.test(key)) return undefined;
  if (/^Proc-Type: 4,ENCRYPTED\s*$/m.test(key)) return true;
  return opens(key) ? false : undefined;
}

const magic = "openssh-key-v1\0";

function cipherOf(blob: Buffer): string | undefined {
  if (blob.toString("latin1", 0, magic.length) !== magic) return undefined;
  const start = magic.length + 4;
  if (blob.length < start) return undefined;
  const end = start + blob.readUInt32BE(magic.length);
  return end > start && end < blob.length ? blob.toString("latin1", start, end) : undefined;
}

function opens(key: string, passphrase?: string): boolean {
  try {
    createPrivateKey({ key, format: "pem", ...(passphrase !== undefined && { passphrase }) });
    return true;
  } catch {
    // OpenSSL's own message says nothing that a person could act on.
    return false;
  }
}

/** isRsaKey tells whether it is an RSA key in PEM that needs no passphrase. */
export function isRsaKey(key: string): boolean {
  try {
    return createPrivateKey({ key, format: "pem" }).asymmetricKeyType === "rsa";
  } catch {
    return false;
  }
}
