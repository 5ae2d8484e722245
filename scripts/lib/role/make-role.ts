import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";

import { InputError } from "../environment.ts";
import { Failure } from "../failure.ts";
import { parseAuditLog, refused } from "./audited-request.ts";
import { generateRole } from "./generate.ts";
import { manifestOf } from "./manifest.ts";
import { roles } from "./roles.ts";

export interface MadeRole {
  readonly manifest: string;
  /** What the user was not allowed to do; the role allows it. */
  readonly refused: readonly string[];
}

const usage = "node scripts/role.ts ROLE --user NAME AUDIT-LOG...";

/**
 * makeRole reads audit logs and makes the role that a user needs to do again what it did: `ROLE --user NAME FILE...`,
 * where ROLE is one of the four and NAME is what the log calls the user.
 */
export async function makeRole(words: readonly string[]): Promise<MadeRole> {
  const { role, user, files } = readArguments(words);
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  const requests = texts
    .flatMap((text) => parseAuditLog(text))
    .filter(({ user: { username } }) => username === user);
  if (requests.length === 0) {
    throw new Failure(`the audit log must hold requests of "${user}", got none`, {
      details: ["A policy may leave reads out: it has to log every request of that user."],
      next: `grep -o '"username":"[^"]*"' ${files.join(" ")} | sort | uniq -c`,
    });
  }
  const header = [`Made from the audit log by: ${usage.replace("ROLE", role.name)}`];
  return {
    manifest: manifestOf([generateRole(requests, role)], header),
    refused: refused(requests),
  };
}

function readArguments(words: readonly string[]) {
  const { values, positionals } = parsed(words);
  const [name = "", ...files] = positionals;
  const problems: string[] = [];
  const role = roles.find((known) => known.name === name);
  const known = roles.map((one) => one.name).join(", ");
  if (role === undefined)
    problems.push(`ROLE must be one of ${known}, got "${name}". Use: ${usage}`);
  if (values.user === undefined) problems.push(`--user must be given, got nothing. Use: ${usage}`);
  if (files.length === 0) problems.push(`AUDIT-LOG must be given, got nothing. Use: ${usage}`);
  if (role === undefined || values.user === undefined || files.length === 0) {
    throw new InputError(problems);
  }
  return { role, user: values.user, files };
}

function parsed(words: readonly string[]) {
  const options = { user: { type: "string" } } as const;
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true });
  } catch (error) {
    const [reason = ""] = error instanceof Error ? error.message.split(". ") : [];
    throw new InputError([`the arguments must be as in the usage, got: ${reason}. Use: ${usage}`]);
  }
}
