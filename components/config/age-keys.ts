import { demoRecipient } from "../demo-key.ts";
import type { Fields } from "./fields.ts";
import { hidden, type Problem, removeCommand, setSecretCommand } from "./problem.ts";
import { text } from "./rules.ts";
import type { ClusterConfig } from "./types.ts";

const makeOne = "Make one with: age-keygen.";

/** Reads the age keys by which Flux decrypts what is in Git, and tells a key by its recipient only. */
export async function readAgeKeys(root: Fields, cluster: ClusterConfig) {
  const fields = root.object("sopsAgeKeys");
  const keys: Record<string, string> = {};
  for (const file of fields.keys()) {
    const key = fields.optional(file, text);
    if (key === undefined) continue;
    const problem = await keyProblem({ file, key, what: fields.path(file), cluster });
    if (problem === undefined) keys[file] = key;
    else fields.report(problem);
  }
  return keys;
}

interface AgeKey {
  readonly file: string;
  readonly key: string;
  readonly what: string;
  readonly cluster: ClusterConfig;
}

async function keyProblem({ file, key, what, cluster }: AgeKey): Promise<Problem | undefined> {
  const fix = `${makeOne} ${setSecretCommand(what)}`;
  if (!/^[\w.-]+\.agekey$/.test(file)) {
    const must = "have a name that ends in .agekey";
    return { what, must, got: `"${file}"`, fix: removeCommand(what) };
  }
  const recipients = await recipientsOf(key);
  if (recipients === undefined) {
    const must = "be an age identity (AGE-SECRET-KEY-1… or AGE-SECRET-KEY-PQ-1…)";
    return { what, must, got: hidden, fix };
  }
  if (cluster.kind !== "embedded" && recipients.includes(demoRecipient)) {
    const must = "be a key of your own, since everybody has the demo key";
    return { what, must, got: `the key of ${demoRecipient}`, fix };
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
