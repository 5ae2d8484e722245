import { requireSameCluster } from "./lib/connection.ts";
import { removeDeployKey } from "./lib/deploy-key/deploy-key.ts";
import { readRemoval } from "./lib/deploy-key/input.ts";
import { runScript } from "./lib/script.ts";

/** Removes the Secret with the deploy key; prints {removed}. */
await runScript(async ({ environment, redactor, log }) => {
  const { connection, mode, ...secret } = readRemoval(environment, redactor);
  if (mode === "skip") {
    log.line("FLUX_BOOTSTRAP_DESTROY_MODE=skip: nothing was touched");
    return { removed: false };
  }
  await requireSameCluster(connection);
  const removed = await removeDeployKey(connection.cluster, secret);
  if (removed) log.done(`Secret/${secret.namespace}/${secret.name} is gone, and its key with it`);
  return { removed };
});
