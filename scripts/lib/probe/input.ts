import { type Connection, readConnection } from "../connection.ts";
import type { Environment } from "../environment.ts";
import type { Redactor } from "../redact.ts";
import type { ProbeOptions } from "./probe.ts";
import { parseSource, type SyncSource } from "./source.ts";

/**
 * readProbe reads PROBE_SOURCE, PROBE_TIMEOUT and, for what a person is told, PROBE_SETTING and PROBE_DEPLOY_KEY. Throws
 * InputError.
 */
export function readProbe(
  environment: Environment,
  redactor: Redactor,
): ProbeOptions & { connection: Connection } {
  const connection = readConnection(environment, redactor, {
    program: "probe",
    uid: "CLUSTER_UID",
  });
  const timeoutMilliseconds = environment.duration("PROBE_TIMEOUT", "60s");
  const source = environment.json("PROBE_SOURCE", parseSource);
  if (environment.optional("PROBE_SOURCE") === undefined) {
    environment.problem("PROBE_SOURCE must be set, got nothing. Set it to the source of the sync.");
  }
  const remedy = {
    setting: environment.optional("PROBE_SETTING"),
    deployKey: environment.optional("PROBE_DEPLOY_KEY"),
  };
  environment.check();
  const { namespace } = connection;
  return { connection, namespace, source: source as SyncSource, timeoutMilliseconds, remedy };
}
