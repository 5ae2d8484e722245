import { readConnection, requireSameCluster } from "./lib/connection.ts";
import { establishedCrds } from "./lib/crds.ts";
import { formatDuration } from "./lib/log.ts";
import { runScript } from "./lib/script.ts";

/** Waits until the API server serves the CRDs named in CRDS; prints how long that took. */
await runScript(async ({ environment, redactor, log, signal }) => {
  const connection = readConnection(environment, redactor, { program: "crds", uid: "CLUSTER_UID" });
  const names = environment.words("CRDS");
  const timeoutMilliseconds = environment.duration("CRDS_TIMEOUT", "2m");
  if (names.length === 0) {
    environment.problem("CRDS must name CRDs, got none. Separate their names with commas.");
  }
  environment.check();
  await requireSameCluster(connection);
  const began = Date.now();
  await establishedCrds(connection.cluster, names, { timeoutMilliseconds, log, signal });
  const milliseconds = Date.now() - began;
  log.done(`${names.length} CRDs established in ${formatDuration(milliseconds)}`);
  return { crds: names.length, seconds: milliseconds / 1000 };
});
