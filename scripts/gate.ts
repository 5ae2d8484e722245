import { readGate } from "./lib/gate/input.ts";
import { requireSameCluster } from "./lib/connection.ts";
import { proveControllers } from "./lib/gate/gate.ts";
import { withLease } from "./lib/lease.ts";
import { formatDuration } from "./lib/log.ts";
import { runScript } from "./lib/script.ts";

/** Proves that every installed Flux controller reconciles; prints GateResult. */
await runScript(async ({ environment, redactor, log, signal }) => {
  const { connection, ...options } = readGate(environment, redactor);
  log.start(`asking ${options.components.join(", ")} for an answer`);
  await requireSameCluster(connection);
  const { cluster, namespace } = connection;
  // A gate removes the canaries of another as leftovers, which then would never be answered.
  const alone = { name: "flux-bootstrap-gate", namespace, what: "gate of this cluster" };
  const result = await withLease(cluster, { ...alone, patient: true, signal }, () =>
    proveControllers(cluster, options, { log, signal }),
  );
  log.done(
    `${result.controllers.length} controllers answered in ${formatDuration(result.seconds * 1000)}`,
  );
  return result;
});
