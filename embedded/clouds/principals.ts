import { createHash, createSign, randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { clusterDirectory } from "../home.ts";

/** What a cluster knows of the principals of the cloud: the account that stands for each. */
export type Principals = Readonly<Record<string, { readonly name: string; readonly uid: string }>>;

export const principalNamespace = "kube-system";
const issuer = "https://kubernetes.default.svc.cluster.local";
/** An API server takes the token of a ServiceAccount for so long after its end (jwt.DefaultLeeway of go-jose). */
const leewaySeconds = 60;

/** The file that says so; the stub tools read it, because loading a client takes longer than all that they do. */
export function principalsFile(cluster: string): string {
  return join(clusterDirectory(cluster), "principals.json");
}

export function readPrincipals(cluster: string): Principals {
  const file = principalsFile(cluster);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Principals) : {};
}

/** The name of the ServiceAccount that stands for a principal. */
export function accountName(principal: string): string {
  return `cloud-principal-${createHash("sha256").update(principal).digest("hex").slice(0, 12)}`;
}

/**
 * signToken is a token by which the API server of that cluster takes the bearer for the principal, until it expires. One
 * that the cluster does not know gets a token too, as from the clouds, and the API server does not accept it.
 */
export function signToken(cluster: string, principal: string, expires: Date): string {
  const { name, uid } = readPrincipals(cluster)[principal] ?? {
    name: accountName(principal),
    uid: randomUUID(),
  };
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: issuer,
    aud: [issuer],
    sub: `system:serviceaccount:${principalNamespace}:${name}`,
    exp: Math.ceil(expires.getTime() / 1000) - leewaySeconds,
    iat: now,
    nbf: now,
    jti: randomUUID(),
    "kubernetes.io": { namespace: principalNamespace, serviceaccount: { name, uid } },
  };
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${encode({ alg: "RS256", typ: "JWT" })}.${encode(claims)}`;
  const key = readFileSync(join(clusterDirectory(cluster), "credentials", "service-account.key"));
  return `${text}.${createSign("RSA-SHA256").update(text).sign(key, "base64url")}`;
}
