import { requireSameCluster } from "./lib/connection.ts";
import { thawStale } from "./lib/drain/freeze/thaw.ts";
import { readPostBootstrap } from "./lib/post-bootstrap/input.ts";
import { postBootstrap } from "./lib/post-bootstrap/post-bootstrap.ts";
import { runScript } from "./lib/script.ts";

/** Waits until what the sync brings is Ready and writes the report; prints PostBootstrapResult. */
await runScript(async ({ environment, redactor, log, signal }) => {
  const options = readPostBootstrap(environment, redactor);
  log.start(`following what the sync brings (required: ${String(options.requirement)})`);
  await requireSameCluster(options.connection);
  const { cluster, namespace } = options.connection;
  await thawStale(cluster, namespace, { log, signal });
  const result = await postBootstrap(options, { log, signal, redactor });
  log.done(`${result.ready} of ${result.required} required objects are Ready`);
  log.line(result.report);
  return result;
});
