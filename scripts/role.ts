import { makeRole } from "./lib/role/make-role.ts";
import { runScript } from "./lib/script.ts";

/** Prints the role that a user needs, from audit logs of what that user did: ROLE --user NAME AUDIT-LOG... */
await runScript(async ({ log }) => {
  const { manifest, refused } = await makeRole(process.argv.slice(2));
  for (const line of refused) log.fail(`the log says that it was refused: ${line}`);
  return manifest.trimEnd();
});
