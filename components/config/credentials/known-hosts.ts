import { createHmac } from "node:crypto";

/**
 * The Ed25519 host keys of hosts that publish them: docs.github.com, "GitHub's SSH key fingerprints" (SHA256:+DiY3wvv…)
 * and docs.gitlab.com, "SSH host keys fingerprints" (SHA256:eUXGGm1Y…).
 */
const published: Readonly<Record<string, string>> = {
  "github.com": "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl",
  "gitlab.com": "AAAAC3NzaC1lZDI1NTE5AAAAIAfuCHKVTjquxvt6CM6tdG4SLp1Btn/nOeHHE5UOzRdf",
};

const marker = /^@(?:cert-authority|revoked)\s+/;
const hashed = /^\|1\|([^|]+)\|([^|]+)$/;

/** publishedHosts is the line of known_hosts for a host as `hostOf` names it, undefined when it is not known. */
export function publishedHosts(host: string): string | undefined {
  const key = published[host];
  return key === undefined ? undefined : `${host} ssh-ed25519 ${key}`;
}

/** hostOf is how known_hosts names the host of an ssh:// address: with its port when that is not 22. */
export function hostOf(url: string): string {
  const { hostname, port } = new URL(url);
  return port === "" || port === "22" ? hostname : `[${hostname.replaceAll(/[[\]]/g, "")}]:${port}`;
}

/** knownHostsProblem is the rule that the lines break, worded to follow "must"; undefined for good ones. */
export function knownHostsProblem(lines: string, host: string): string | undefined {
  const entries = lines
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  const names = entries.map(namesOf).filter((list) => list !== undefined);
  if (names.length === 0 || names.length < entries.length) {
    return "hold lines of known_hosts (HOST TYPE KEY)";
  }
  const known = names.flat().some((name) => matches(name, host));
  return known ? undefined : `hold a line for ${host}, the host of sync.url`;
}

/** The names that a line gives to its key; undefined when it is no such line. */
function namesOf(line: string): readonly string[] | undefined {
  const [names = "", type = "", key = ""] = line.replace(marker, "").split(/\s+/);
  return typeOf(key) === type && type !== "" ? names.split(",") : undefined;
}

/** An SSH key begins with its type, which has its length before it. */
function typeOf(key: string): string | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(key)) return undefined;
  const blob = Buffer.from(key, "base64");
  if (blob.length < 4) return undefined;
  const end = 4 + blob.readUInt32BE(0);
  return end < blob.length ? blob.toString("latin1", 4, end) : undefined;
}

function matches(name: string, host: string): boolean {
  const [, salt, hash] = hashed.exec(name) ?? [];
  if (salt === undefined) return patternOf(name).test(host);
  return createHmac("sha1", Buffer.from(salt, "base64")).update(host).digest("base64") === hash;
}

/** In a name, `*` stands for any characters and `?` for one. */
function patternOf(name: string): RegExp {
  const literal = name.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${literal.replaceAll("*", ".*").replaceAll("?", ".")}$`);
}
