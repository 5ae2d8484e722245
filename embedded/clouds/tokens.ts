import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { accountDirectory, type CloudName } from "./account.ts";

/** A token that a stub tool has issued; times are in milliseconds since the epoch. */
export interface IssuedToken {
  /** The process that asked. */
  readonly client: number;
  readonly at: number;
  /** When the client has to ask for another. */
  readonly until: number;
}

/** The file with one token a line. */
export function tokensFile(cloud: CloudName): string {
  return join(accountDirectory(cloud), "tokens.jsonl");
}

/** Those issued so far, the oldest first. */
export function tokensIssued(cloud: CloudName): IssuedToken[] {
  const file = tokensFile(cloud);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line) as IssuedToken);
}

/** Those that a process got in the place of one that had expired. */
export function tokensRenewed(cloud: CloudName): IssuedToken[] {
  const issued = tokensIssued(cloud);
  return issued.filter(({ client, at }) =>
    issued.some((earlier) => earlier.client === client && earlier.until <= at),
  );
}
