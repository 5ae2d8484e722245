import { type StackName, stackLabelValue } from "../names.ts";
import { readAgeKeys } from "./age-keys.ts";
import { readCluster } from "./cluster.ts";
import { Fields } from "./fields.ts";
import { readFlux, readOperator } from "./flux.ts";
import { problemText, setSecretCommand } from "./problem.ts";
import { flag } from "./rules.ts";
import { readDrain, readGateTimeout, readPostBootstrap, readRuntimeInfo } from "./steps.ts";
import { readSync } from "./sync.ts";
import type { Config } from "./types.ts";

/** Settings as Pulumi hands them over. */
export interface Settings {
  /** Key without the project's name -> text; objects as JSON. */
  readonly values: Readonly<Record<string, string>>;
  /** The keys whose values are encrypted in the stack's file, wholly or in part. */
  readonly secretKeys: ReadonlySet<string>;
}

export type Parsed =
  | { readonly config: Config; readonly problems?: undefined }
  | { readonly problems: readonly string[] };

const objects = ["cluster", "operator", "flux", "sync", "drain", "postBootstrap", "runtimeInfo"];
const secrets = ["kubeconfig", "gitPassword", "gitToken", "sopsAgeKeys"];

/** parseConfig checks every setting and answers either the configuration or all that is wrong with it. */
export async function parseConfig(settings: Settings, name: StackName): Promise<Parsed> {
  const problems: string[] = [];
  const { plain, secret } = split(settings);
  const fields = new Fields({ ...plain, ...secret }, { path: "", problems });
  noteUnencrypted(settings, problems);
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
    runtimeInfo: readRuntimeInfo(fields),
    gateTimeout: readGateTimeout(fields),
    drain: readDrain(fields, cluster),
    postBootstrap: readPostBootstrap(fields),
    adopt: fields.value("adopt", flag, false),
  };
}
