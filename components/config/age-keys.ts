import { demoRecipient } from "../demo-key.ts";
import { type Fields, isObject } from "./fields.ts";
import { hidden, problemText, removeCommand, setSecretCommand } from "./problem.ts";
import type { ClusterConfig } from "./types.ts";

const makeOne = "Make one with: age-keygen.";

/** Reads the age keys by which Flux decrypts what is in Git, and tells a key by its recipient only. */
export async function readAgeKeys(root: Fields, cluster: ClusterConfig) {
  const fields = root.object("sopsAgeKeys");
  const keys: Record<string, string> = {};
  for (const file of fields.keys()) {
    const key = fields.optional(file, { must: "be a text", parse: (value) => value });
    const problem = await keyProblem(fields, { file, key, cluster });
    if (problem !== undefined) fields.place.problems.push(problem);
    else keys[file] = key as string;
  }
  return keys;
}

interface AgeKey {
  readonly file: string;
  readonly key: unknown;
  readonly cluster: ClusterConfig;
}

async function keyProblem(fields: Fields, { file, key, cluster }: AgeKey) {
  const what = fields.path(file);
  const say = (must: string, got: string, fix: string) => problemText({ what, must, got, fix });
  if (!/^[\w.-]+\.agekey$/.test(file)) {
    const fix = `${removeCommand(what)} and ${setSecretCommand('sopsAgeKeys["identity.agekey"]')}`;
    return say("have a name that ends in .agekey", `"${file}"`, fix);
  }
  const recipients = typeof key === "string" ? await recipientsOf(key) : undefined;
  if (recipients === undefined) {
    const must = "be an age identity (AGE-SECRET-KEY-1… or AGE-SECRET-KEY-PQ-1…)";
    return say(must, hidden, `${makeOne} ${setSecretCommand(what)}`);
  }
  if (cluster.kind !== "embedded" && recipients.includes(demoRecipient)) {
    const must = "be a key of your own, since everybody has the demo key";
    return say(must, `the key of ${demoRecipient}`, `${makeOne} ${setSecretCommand(what)}`);
  }
  return undefined;
}

/** The public recipients of an identity file, or undefined when it holds none or anything else. */
export async function recipientsOf(file: string): Promise<readonly string[] | undefined> {
  const lines = file.split("\n").map((line) => line.trim());
  const identities = lines.filter((line) => line !== "" && !line.startsWith("#"));
  if (identities.length === 0) return undefined;
  const { identityToRecipient } = await import("age-encryption");
  try {
    return await Promise.all(identities.map((identity) => identityToRecipient(identity)));
  } catch {
    // The library's own message may quote what it was given.
    return undefined;
  }
}

/** Whether `sopsAgeKeys` is unusable as a whole: that is said without showing it. */
export function ageKeysAreMap(value: unknown): boolean {
  return value === undefined || isObject(value);
}
