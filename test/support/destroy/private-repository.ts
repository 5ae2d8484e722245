import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { credentialsFile } from "../../../embedded/git/credentials.ts";
import type { Embedded } from "../embedded.ts";
import type { Settings } from "../stack-file.ts";

/** Settings of a sync with the fleet in a repository that opens for another password than any the stack has. */
export function lockedFleet(embedded: Embedded): Settings {
  const repository = embedded.path("git", "locked.git");
  if (!existsSync(repository)) {
    const fleet = embedded.path("git", "fleet.git");
    execFileSync("git", ["clone", "--quiet", "--bare", fleet, repository]);
  }
  writeFileSync(join(repository, credentialsFile), "robot:the-right-one\n");
  const url = `http://127.0.0.1:${embedded.record.ports.git}/locked.git`;
  // What fetches and what applies: as nothing is fetched, nobody else has anything to do.
  const components = ["source-controller", "kustomize-controller"];
  return { sync: { path: "./clusters/dev", url }, gitUsername: "robot", flux: { components } };
}
