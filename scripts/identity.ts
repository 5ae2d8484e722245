import { randomUUID } from "node:crypto";

import { readConnection, requireSameCluster } from "./lib/connection.ts";
import { personHere } from "./lib/lease-holder.ts";
import { parseAdopts } from "./lib/owner.ts";
import { runScript } from "./lib/script.ts";

/**
 * Prints what tells this cluster, and this state of the stack, from every other: {uid, owner, adopts, forced}. With
 * RECORDED_UID set it fails when the live cluster differs. It writes nothing: the namespace of Flux bears the owner.
 */
await runScript(async ({ environment, redactor }) => {
  const program = { program: "identity", uid: "RECORDED_UID", uidOptional: true };
  const connection = readConnection(environment, redactor, program);
  const adopts = environment.json("ADOPTS", parseAdopts);
  const forced = environment.choice("FORCED", ["true", "false"], "false") === "true";
  environment.check();
  const { cluster } = connection;
  if (connection.uid !== undefined) await requireSameCluster(connection);
  const uid = connection.uid ?? (await cluster.uid());
  const since = `${new Date(cluster.now()).toISOString().slice(0, 19)}Z`;
  const owner = { id: randomUUID(), by: personHere(), since };
  return { uid, owner, ...(adopts && { adopts }), forced };
});
