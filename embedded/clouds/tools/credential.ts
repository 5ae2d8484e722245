import { appendFileSync } from "node:fs";

import type { CloudName } from "../account.ts";
import { signToken } from "../principals.ts";
import { readSettings } from "../settings.ts";
import { type IssuedToken, tokensFile } from "../tokens.ts";

/** What an exec plugin answers: a token of that cluster for the one who is logged in. Who has asked is on record. */
export function execCredential(cloud: CloudName, cluster: string): Record<string, unknown> {
  const { login, tokenSeconds } = readSettings(cloud);
  // A client asks for the next one a little before this one ends.
  const expires = new Date(Date.now() + tokenSeconds * 1000);
  const early = new Date(expires.getTime() - Math.min(60, tokenSeconds / 3) * 1000);
  const issued: IssuedToken = { client: process.ppid, until: early.getTime(), at: Date.now() };
  appendFileSync(tokensFile(cloud), `${JSON.stringify(issued)}\n`);
  return {
    kind: "ExecCredential",
    apiVersion: "client.authentication.k8s.io/v1beta1",
    spec: {},
    status: {
      expirationTimestamp: early.toISOString().replace(/\.\d+Z$/, "Z"),
      token: signToken(cluster, login?.principal ?? "", expires),
    },
  };
}

/** A tool ends with words on stderr and a status of its own. */
export class ToolFailure extends Error {
  readonly code: number;

  constructor(message: string, code: number) {
    super(message);
    this.code = code;
  }
}

/** Runs a stub tool: what it answers goes to stdout, why it fails to stderr. */
export async function runTool(tool: (words: readonly string[]) => string | Promise<string>) {
  try {
    process.stdout.write(`${await tool(process.argv.slice(2))}\n`);
  } catch (error) {
    const { message } = error as Error;
    process.stderr.write(`${message}\n`);
    process.exitCode = error instanceof ToolFailure ? error.code : 1;
  }
}

/** The value after an option. */
export function option(words: readonly string[], name: string): string | undefined {
  const at = words.indexOf(name);
  if (at >= 0) return words[at + 1];
  return words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
}
