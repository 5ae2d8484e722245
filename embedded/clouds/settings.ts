import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { writeAtomically } from "../cluster/record.ts";
import { accountDirectory, type CloudName } from "./account.ts";

export type Operation = "create" | "read" | "update" | "delete";

/** A fault that is injected. */
export interface Fault {
  /** The type token. */
  readonly type: string;
  readonly operation: Operation;
  /** How many calls fail before the next one works. */
  readonly times: number;
  /** What the cloud says. */
  readonly message: string;
  /** Whether a resource whose creation fails is there nevertheless, as one that never became ready. */
  readonly remains?: boolean;
}

/** How the cloud behaves on this machine. */
export interface Settings {
  /** Milliseconds that an operation takes, by `<operation> <type>`. None by default. */
  readonly latencies: Readonly<Record<string, number>>;
  readonly faults: readonly Fault[];
  /** One call in so many is told to slow down; 0 is none. */
  readonly throttleEvery: number;
  /** Milliseconds between a grant of rights and the moment it works; in Azure counted from the first login after it. */
  readonly propagation: number;
  /** For how long a credential of the stub tools is good, in seconds. */
  readonly tokenSeconds: number;
  /** Who is logged in; undefined: nobody. */
  readonly login: Login | undefined;
}

/** Who is logged in: the ARN of a role or user, or the object id of a principal. */
export interface Login {
  readonly principal: string;
  /** The object ids of the groups that it is in. */
  readonly groups: readonly string[];
}

/** Who is logged in unless a test says otherwise. */
export const defaultLogins: Readonly<Record<CloudName, Login>> = {
  aws: { principal: "arn:aws:iam::123456789012:role/platform", groups: [] },
  azure: { principal: "0b7c8f5a-3d4e-4a6b-9c1d-2e3f4a5b6c7d", groups: [] },
};

/** A cloud that takes no time, loses nothing and gives credentials for 14 minutes. */
export function defaultSettings(cloud: CloudName): Settings {
  const login = defaultLogins[cloud];
  return { latencies: {}, faults: [], throttleEvery: 0, propagation: 0, tokenSeconds: 840, login };
}

export function readSettings(cloud: CloudName): Settings {
  const file = settingsFile(cloud);
  if (!existsSync(file)) return defaultSettings(cloud);
  const { login = null, ...saved } = JSON.parse(readFileSync(file, "utf8")) as Partial<Settings>;
  return { ...defaultSettings(cloud), ...saved, login: login ?? undefined };
}

/** Makes the cloud behave otherwise from the next call on; what is left out is as by default. */
export function writeSettings(cloud: CloudName, settings: Partial<Settings>): void {
  writeAtomically(
    settingsFile(cloud),
    JSON.stringify({ ...defaultSettings(cloud), ...settings }, null, 2),
  );
}

function settingsFile(cloud: CloudName): string {
  return join(accountDirectory(cloud), "settings.json");
}
