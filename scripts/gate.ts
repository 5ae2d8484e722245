import { readGate } from "./lib/gate/input.ts";
import { requireSameCluster } from "./lib/connection.ts";
import { proveControllers } from "./lib/gate/gate.ts";
import { formatDuration } from "./lib/log.ts";
import { runScript } from "./lib/script.ts";

/** Proves that every installed Flux controller reconciles; prints GateResult. */
await runScript(async ({ environment, redactor, log, signal }) => {
  const { connection, ...options } = readGate(environment, redactor);
  log.start(`asking ${options.components.join(", ")} for an answer`);
  await requireSameCluster(connection);
  const result = await proveControllers(connection.cluster, options, { log, signal });
  log.done(
    `${options.components.length} controllers answered in ${formatDuration(result.seconds * 1000)}`,
  );
  return result;
});
