import { type Connection, readConnection } from "../connection.ts";
import type { Environment } from "../environment.ts";
import type { Redactor } from "../redact.ts";
import { canaries } from "./canary.ts";
import type { GateOptions } from "./gate.ts";

/** readGate reads GATE_COMPONENTS, GATE_SHARD_KEY, GATE_SHARDS and GATE_TIMEOUT. Throws InputError; a component without a known canary is one. */
export function readGate(
  environment: Environment,
  redactor: Redactor,
): GateOptions & { connection: Connection } {
  const connection = readConnection(environment, redactor, { program: "gate", uid: "CLUSTER_UID" });
  const components = environment.words("GATE_COMPONENTS");
  const known = Object.keys(canaries);
  if (components.length === 0) {
    environment.problem(
      "GATE_COMPONENTS must name at least one controller, got nothing. " +
        "Set it to the components of the FluxInstance.",
    );
  }
  for (const component of components.filter((name) => !known.includes(name))) {
    environment.problem(
      `GATE_COMPONENTS must name controllers with a known canary, got "${component}". ` +
        `Leave it out of the Flux components, or name one of ${known.join(", ")}.`,
    );
  }
  const timeoutMilliseconds = environment.duration("GATE_TIMEOUT", "2m");
  const sharding = readSharding(environment);
  environment.check();
  const { namespace } = connection;
  return { connection, namespace, components, ...sharding, timeoutMilliseconds };
}

function readSharding(environment: Environment): Pick<GateOptions, "sharding"> {
  const shards = environment.words("GATE_SHARDS");
  if (shards.length === 0) return {};
  const key = environment.required("GATE_SHARD_KEY", "Set it to the label of the shards.");
  return { sharding: { key, shards } };
}
