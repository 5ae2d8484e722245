import { requireSameCluster } from "./lib/connection.ts";
import { readNamedGate } from "./lib/gates/input.ts";
import { awaitGate } from "./lib/gates/named-gate.ts";
import { formatDuration } from "./lib/log.ts";
import { runScript } from "./lib/script.ts";

/** Waits until one object is as a named gate wants it; prints NamedGateResult. */
await runScript(async ({ environment, redactor, log, signal }) => {
  const { connection, gate, timeoutMilliseconds } = readNamedGate(environment, redactor);
  await requireSameCluster(connection);
  const result = await awaitGate(connection.cluster, gate, { timeoutMilliseconds, log, signal });
  log.done(`gate ${gate.name} open after ${formatDuration(result.seconds * 1000)}`);
  return result;
});
