import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { stringify } from "yaml";

import type { Layout } from "./layout.ts";
import { writeAtomically } from "./record.ts";

/** The users of the control plane, each with a token and a kubeconfig of its own. */
export const users = {
  admin: { name: "embedded-admin", group: "system:masters" },
  "kube-controller-manager": { name: "system:kube-controller-manager", group: "" },
  "kube-scheduler": { name: "system:kube-scheduler", group: "" },
  kwok: { name: "kwok", group: "system:masters" },
  "node-agent": { name: "node-agent", group: "system:masters" },
  cloud: { name: "embedded-cloud", group: "" },
} as const;

export type User = keyof typeof users;

/** The file that the API server reads its static tokens from. */
export function tokenFile(layout: Layout): string {
  return join(layout.credentials, "tokens.csv");
}

/** The private key that signs ServiceAccount tokens. */
export function serviceAccountKey(layout: Layout): string {
  return join(layout.credentials, "service-account.key");
}

/** The certificate that the API server makes for itself when it starts for the first time. */
export function apiServerCertificate(layout: Layout): string {
  return join(layout.certificates, "apiserver.crt");
}

/** The kubeconfig of a component; the administrator's is at the cluster's root. */
export function kubeconfigFile(layout: Layout, user: User): string {
  return user === "admin" ? layout.kubeconfig : join(layout.credentials, `${user}.kubeconfig`);
}

/** Makes the tokens and the signing key of a new cluster; those of an existing one stay, and new users get theirs. */
export function ensureCredentials(layout: Layout): void {
  const known = readTokens(layout);
  const lines = Object.values(users).map(({ name, group }) => {
    const token = known.get(name) ?? randomBytes(24).toString("hex");
    return `${token},${name},${name},"${group}"`;
  });
  writeAtomically(tokenFile(layout), `${lines.join("\n")}\n`);
  if (!existsSync(serviceAccountKey(layout))) {
    const { privateKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      privateKeyEncoding: { type: "pkcs1", format: "pem" },
      publicKeyEncoding: { type: "pkcs1", format: "pem" },
    });
    writeAtomically(serviceAccountKey(layout), privateKey);
  }
}

/** Writes a kubeconfig for each user. The API server has to have made its certificate. */
export function writeKubeconfigs(layout: Layout, clusterName: string, server: string): void {
  const authority = readFileSync(apiServerCertificate(layout)).toString("base64");
  const tokens = readTokens(layout);
  for (const [user, { name }] of Object.entries(users)) {
    const context = { cluster: clusterName, user };
    const kubeconfig = {
      apiVersion: "v1",
      kind: "Config",
      clusters: [
        { name: clusterName, cluster: { server, "certificate-authority-data": authority } },
      ],
      users: [{ name: user, user: { token: tokens.get(name) } }],
      contexts: [{ name: clusterName, context }],
      "current-context": clusterName,
    };
    writeAtomically(kubeconfigFile(layout, user as User), stringify(kubeconfig));
  }
}

/** The token of each user by its name; none before the cluster's first start. */
function readTokens(layout: Layout): ReadonlyMap<string, string> {
  if (!existsSync(tokenFile(layout))) return new Map();
  const lines = readFileSync(tokenFile(layout), "utf8").trim().split("\n");
  return new Map(
    lines.map((line) => {
      const [token = "", name = ""] = line.split(",");
      return [name, token];
    }),
  );
}
