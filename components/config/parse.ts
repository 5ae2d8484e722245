import { type StackName, stackLabelValue } from "../names.ts";
import { readAgeKeys } from "./age-keys.ts";
import { readCluster } from "./cluster.ts";
import { readDecryption } from "./decryption.ts";
import { Fields } from "./fields.ts";
import { readGates } from "./gates.ts";
import { readFlux } from "./flux.ts";
import { readOperator } from "./operator.ts";
import { readPrerequisites } from "./prerequisites.ts";
import { readRestore } from "./restore.ts";
import { flag, moment } from "./rules.ts";
import { readDrain } from "./drain.ts";
import { type Note, setSecretCommand } from "./problem.ts";
import { compareRecipients } from "./sops-file.ts";
import { knownVariables, readRuntimeInfo } from "./runtime-info.ts";
import { readGateTimeout, readPostBootstrap } from "./steps.ts";
import { compareVariables } from "./substitution/compare.ts";
import { readSync } from "./sync.ts";
import type { Config } from "./types.ts";

/** Settings as Pulumi hands them over. */
export interface Settings {
  /** Key without the project's name -> text; objects as JSON. */
  readonly values: Readonly<Record<string, string>>;
  /** The keys whose values are encrypted in the stack's file, wholly or in part. */
  readonly encrypted: ReadonlySet<string>;
}

export type Parsed =
  | { readonly config: Config; readonly notes: readonly Note[]; readonly problems?: undefined }
  | { readonly problems: readonly string[] };

/** The keys whose values are secret; they stand in no Pulumi.yaml, where each would be required. */
export const secretKeys = [
  "kubeconfig",
  "gitPassword",
  "gitToken",
  "sshKey",
  "sshKeyPassphrase",
  "githubAppKey",
  "registryPassword",
  "bucketAccessKey",
  "bucketSecretKey",
  "sopsAgeKeys",
] as const;

const objectKeys = new Set([
  "cluster",
  "operator",
  "flux",
  "sync",
  "githubApp",
  "sopsAgeKeys",
  "decryption",
  "runtimeInfo",
  "drain",
  "postBootstrap",
  "restore",
  "gates",
  "prerequisites",
]);

/** parseConfig checks every setting and answers either the configuration or all that is wrong with it. */
export async function parseConfig(settings: Settings, name: StackName): Promise<Parsed> {
  const problems: string[] = [];
  const secret = new Set<string>([...secretKeys, ...settings.encrypted]);
  const entries = Object.entries(settings.values).map(([key, value]) => [key, decoded(key, value)]);
  const fields = new Fields(Object.fromEntries(entries) as Record<string, unknown>, {
    path: "",
    problems,
    hides: (key) => secret.has(key),
  });
  for (const key of secretKeys) {
    // What is left when the last of several was removed is an empty map, which holds no secret.
    if (fields.asks(key) && !settings.encrypted.has(key)) {
      fields.note(key, "be encrypted", setSecretCommand(key));
    }
  }
  const { notes, ...config } = await read(fields, name);
  fields.finish();
  return problems.length > 0 ? { problems } : { config, notes };
}

async function read(
  fields: Fields,
  name: StackName,
): Promise<Config & { readonly notes: readonly Note[] }> {
  const cluster = readCluster(fields, name.stack);
  const operator = readOperator(fields);
  const flux = readFlux(fields);
  const source = readSync(fields, cluster);
  const { notes, ...keys } = await readKeys(fields, { cluster, flux, sync: source.sync });
  const runtimeInfo = readRuntimeInfo(fields, cluster);
  const known = knownVariables(cluster, name.stack, runtimeInfo);
  const replaced = await compareVariables(fields, { flux, sync: source.sync, known });
  return {
    stackLabel: stackLabelValue(name),
    environment: name.stack,
    cluster,
    operator,
    flux,
    ...source,
    ...keys,
    notes: [...notes, ...replaced],
    runtimeInfo,
    gateTimeout: readGateTimeout(fields),
    drain: readDrain(fields, cluster),
    postBootstrap: readPostBootstrap(fields),
    restore: readRestore(fields),
    gates: readGates(fields),
    prerequisites: readPrerequisites(fields),
    adopt: fields.value("adopt", flag, false),
    protect: fields.value("protect", flag, false),
    expiresAt: fields.optional("expiresAt", moment),
  };
}

/** What decrypts the source, and what a person should know of it. */
async function readKeys(
  root: Fields,
  { cluster, flux, sync }: Pick<Config, "cluster" | "flux" | "sync">,
) {
  const fields = root.object("decryption");
  const decryption = readDecryption({ root, fields }, cluster, flux);
  const isAge = decryption.provider === "age";
  const ageKeys = isAge ? await readAgeKeys(root, cluster) : {};
  const notes = isAge ? await compareRecipients(fields, ageKeys, sync.path) : [];
  fields.finish();
  return { decryption, ageKeys, notes };
}

/** A text that is not the JSON it should be stays a text, which is what the message then says. */
function decoded(key: string, value: string): unknown {
  if (!objectKeys.has(key)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
