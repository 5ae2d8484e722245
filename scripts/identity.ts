import { readConnection, requireSameCluster } from "./lib/connection.ts";
import { runScript } from "./lib/script.ts";

/** Prints {uid} of the cluster; with RECORDED_UID set it fails when the live one differs. */
await runScript(async ({ environment, redactor }) => {
  const program = { program: "identity", uid: "RECORDED_UID", uidOptional: true };
  const connection = readConnection(environment, redactor, program);
  environment.check();
  if (connection.uid === undefined) return { uid: await connection.cluster.uid() };
  await requireSameCluster(connection);
  return { uid: connection.uid };
});
