import { type Connection, readConnection } from "../connection.ts";
import type { Environment } from "../environment.ts";
import type { Redactor } from "../redact.ts";
import { type DestroyMode, destroyModes } from "./decision.ts";

export interface DrainOptions {
  readonly connection: Connection;
  readonly mode: DestroyMode;
  readonly force: boolean;
  readonly timeoutMilliseconds: number;
  /** How long a controller may take to answer. @default 45 seconds, more than a lease that changes hands takes */
  readonly canaryMilliseconds?: number;
  /** What becomes of the volumes of what is removed. */
  readonly volumes: "delete" | "keep";
}

/**
 * readDrain reads DRAIN_TIMEOUT and DRAIN_VOLUMES, and what a person decides at destroy time:
 * FLUX_BOOTSTRAP_DESTROY_MODE and FLUX_BOOTSTRAP_FORCE. Throws InputError.
 */
export function readDrain(environment: Environment, redactor: Redactor): DrainOptions {
  const program = { program: "drain", uid: "CLUSTER_UID" };
  const connection = readConnection(environment, redactor, program);
  const mode = environment.choice("FLUX_BOOTSTRAP_DESTROY_MODE", destroyModes, "drain");
  const force = environment.choice("FLUX_BOOTSTRAP_FORCE", ["0", "1"], "0") === "1";
  const timeoutMilliseconds = environment.duration("DRAIN_TIMEOUT", "10m");
  const volumes = environment.choice("DRAIN_VOLUMES", ["keep", "delete"], "keep");
  environment.check();
  return { connection, mode, force, timeoutMilliseconds, volumes };
}
