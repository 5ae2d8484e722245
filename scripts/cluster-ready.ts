import { readConnection } from "./lib/connection.ts";
import { formatDuration } from "./lib/log.ts";
import { ready } from "./lib/readiness.ts";
import { runScript } from "./lib/script.ts";

/**
 * Waits until the API server of a cluster that was just made answers this login, at most for READY_TIMEOUT; prints how
 * long that took. READY_NEXT is the command for a person when it does not.
 */
await runScript(async ({ environment, redactor, log, signal }) => {
  const program = { program: "cluster-ready", uid: "CLUSTER_UID", uidOptional: true };
  const { cluster } = readConnection(environment, redactor, program);
  const timeoutMilliseconds = environment.duration("READY_TIMEOUT", "10m");
  const next = environment.optional("READY_NEXT") ?? "kubectl cluster-info";
  environment.check();
  const began = Date.now();
  await ready(cluster, { timeoutMilliseconds, next, log, signal });
  const milliseconds = Date.now() - began;
  log.done(`API server answers in ${formatDuration(milliseconds)}`);
  return { seconds: milliseconds / 1000 };
});
