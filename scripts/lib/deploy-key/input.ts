import { type Connection, readConnection } from "../connection.ts";
import { type DestroyMode, destroyModes } from "../drain/decision.ts";
import type { Environment } from "../environment.ts";
import type { Redactor } from "../redact.ts";
import type { WantedDeployKey } from "./deploy-key.ts";

const fromProgram = "Run the script through pulumi, which sets it.";
const identity = { program: "deploy-key", uid: "CLUSTER_UID" } as const;

/** readDeployKey reads DEPLOY_KEY_SECRET, DEPLOY_KEY_GENERATION and DEPLOY_KEY_KNOWN_HOSTS. Throws InputError. */
export function readDeployKey(
  environment: Environment,
  redactor: Redactor,
): WantedDeployKey & { readonly connection: Connection } {
  const connection = readConnection(environment, redactor, identity);
  const name = environment.required("DEPLOY_KEY_SECRET", fromProgram);
  const generation = environment.required("DEPLOY_KEY_GENERATION", fromProgram);
  const knownHosts = environment.required("DEPLOY_KEY_KNOWN_HOSTS", fromProgram);
  environment.check();
  return { connection, namespace: connection.namespace, name, generation, knownHosts };
}

/** readRemoval reads DEPLOY_KEY_SECRET and, from the person who destroys, FLUX_BOOTSTRAP_DESTROY_MODE. Throws InputError. */
export function readRemoval(
  environment: Environment,
  redactor: Redactor,
): Pick<WantedDeployKey, "name" | "namespace"> & {
  readonly connection: Connection;
  readonly mode: DestroyMode;
} {
  const connection = readConnection(environment, redactor, identity);
  const name = environment.required("DEPLOY_KEY_SECRET", fromProgram);
  const mode = environment.choice("FLUX_BOOTSTRAP_DESTROY_MODE", destroyModes, "drain");
  environment.check();
  return { connection, namespace: connection.namespace, name, mode };
}
