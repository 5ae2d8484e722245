import { requireSameCluster } from "./lib/connection.ts";
import { keepDeployKey } from "./lib/deploy-key/deploy-key.ts";
import { readDeployKey } from "./lib/deploy-key/input.ts";
import { runScript } from "./lib/script.ts";

/** Leaves a deploy key in its Secret; prints {publicKey, fingerprint} and nothing of its private half. */
await runScript(async ({ environment, redactor, log }) => {
  const { connection, ...wanted } = readDeployKey(environment, redactor);
  await requireSameCluster(connection);
  const { made, publicKey, fingerprint } = await keepDeployKey(connection.cluster, wanted);
  if (made) log.done(`deploy key ${fingerprint} is in Secret/${wanted.namespace}/${wanted.name}`);
  return { publicKey, fingerprint };
});
