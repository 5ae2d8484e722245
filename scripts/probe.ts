import { requireSameCluster } from "./lib/connection.ts";
import { thawStale } from "./lib/drain/freeze/thaw.ts";
import { withLease } from "./lib/lease.ts";
import { formatDuration } from "./lib/log.ts";
import { readProbe } from "./lib/probe/input.ts";
import { probeSource } from "./lib/probe/probe.ts";
import { runScript } from "./lib/script.ts";

/** Proves that Flux can fetch the source of the sync; prints {revision, seconds}. */
await runScript(async ({ environment, redactor, log, signal }) => {
  const { connection, ...options } = readProbe(environment, redactor);
  const { kind, url } = options.source;
  log.start(`probing ${kind} ${url}`);
  await requireSameCluster(connection);
  const { cluster, namespace } = connection;
  await thawStale(cluster, namespace, { log, signal });
  // The probe of another would be removed, and taken for this one.
  const alone = { name: "flux-bootstrap-probe", namespace, what: "probe of this cluster" };
  const result = await withLease(cluster, { ...alone, patient: true, signal }, () =>
    probeSource(cluster, options, { log, signal }),
  );
  log.done(`${kind} has revision ${result.revision} in ${formatDuration(result.seconds * 1000)}`);
  return result;
});
