import { parseConfig, secretKeys as allSecretKeys } from "../../components/config/parse.ts";
import type { Config } from "../../components/config/types.ts";

/** Settings as a person thinks of them: objects are not yet JSON. */
export type Values = Readonly<Record<string, unknown>>;

export const secretKeys: string[] = [...allSecretKeys];

/** The least that an embedded cluster needs. */
export const embedded: Values = {
  cluster: { kind: "embedded" },
  sync: { path: "./clusters/dev" },
};

export const kubeconfig = JSON.stringify({
  clusters: [{ name: "c", cluster: { server: "https://example.com" } }],
  contexts: [{ name: "prod", context: { cluster: "c", user: "u" } }],
  users: [{ name: "u", user: { token: "planted-token" } }],
});

/** The least that an existing cluster needs. */
export const existing: Values = {
  cluster: { kind: "existing", name: "prod", context: "prod" },
  kubeconfig,
  sync: { url: "https://example.com/fleet.git", path: "./clusters/prod" },
};

/** The least that a cluster in Azure needs. */
export const aks: Values = {
  cluster: {
    kind: "aks",
    name: "staging",
    aks: {
      subscriptionId: "11111111-1111-1111-1111-111111111111",
      location: "westeurope",
      version: "1.34",
      admins: { groups: ["22222222-2222-2222-2222-222222222222"] },
    },
  },
  sync: { url: "https://example.com/fleet.git", path: "./clusters/staging" },
};

/** The least that a cluster in AWS needs. */
export const eks: Values = {
  cluster: {
    kind: "eks",
    name: "prod",
    eks: {
      region: "eu-central-1",
      version: "1.34",
      admins: ["arn:aws:iam::111122223333:role/platform"],
    },
  },
  sync: { url: "https://example.com/fleet.git", path: "./clusters/prod" },
};

/** What the configuration of stack dev is parsed to; every secret is encrypted unless others are named. */
export function parse(values: Values, encrypted = secretKeys) {
  const texts = Object.entries(values).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const settings = {
    values: Object.fromEntries(texts) as Record<string, string>,
    encrypted: new Set(encrypted),
  };
  return parseConfig(settings, {
    organization: "organization",
    project: "flux-bootstrap",
    stack: "dev",
  });
}

/** The configuration, when nothing is wrong with it. */
export async function good(values: Values): Promise<Config> {
  const parsed = await parse(values);
  if (parsed.problems !== undefined) throw new Error(parsed.problems.join("\n"));
  return parsed.config;
}

/** What is wrong with the settings. */
export async function problems(values: Values, encrypted?: string[]): Promise<readonly string[]> {
  return (await parse(values, encrypted)).problems ?? [];
}
