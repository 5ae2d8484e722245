import { type StackName, stackLabelValue } from "../names.ts";
import { readAgeKeys } from "./age-keys.ts";
import { readCluster } from "./cluster.ts";
import { Fields } from "./fields.ts";
import { readFlux, readOperator } from "./flux.ts";
import { setSecretCommand } from "./problem.ts";
import { readRestore } from "./restore.ts";
import { flag, moment } from "./rules.ts";
import { readDrain } from "./drain.ts";
import { readGateTimeout, readPostBootstrap, readRuntimeInfo } from "./steps.ts";
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
  | { readonly config: Config; readonly problems?: undefined }
  | { readonly problems: readonly string[] };

/** The keys whose values are secret; they stand in no Pulumi.yaml, where each would be required. */
export const secretKeys = ["kubeconfig", "gitPassword", "gitToken", "sopsAgeKeys"] as const;

const objectKeys = new Set([
  "cluster",
  "operator",
  "flux",
  "sync",
  "sopsAgeKeys",
  "runtimeInfo",
  "drain",
  "postBootstrap",
  "restore",
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
    if (fields.has(key) && !settings.encrypted.has(key)) {
      fields.note(key, "be encrypted", setSecretCommand(key));
    }
  }
  const config = await read(fields, name);
  fields.finish();
  return problems.length > 0 ? { problems } : { config };
}

async function read(fields: Fields, name: StackName): Promise<Config> {
  const cluster = readCluster(fields, name.stack);
  return {
    stackLabel: stackLabelValue(name),
    environment: name.stack,
    cluster,
    operator: readOperator(fields),
    flux: readFlux(fields),
    ...readSync(fields, cluster),
    ageKeys: await readAgeKeys(fields, cluster),
    runtimeInfo: readRuntimeInfo(fields, cluster),
    gateTimeout: readGateTimeout(fields),
    drain: readDrain(fields, cluster),
    postBootstrap: readPostBootstrap(fields),
    restore: readRestore(fields),
    adopt: fields.value("adopt", flag, false),
    protect: fields.value("protect", flag, false),
    expiresAt: fields.optional("expiresAt", moment),
  };
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
