import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { GeneratedRole } from "../../../scripts/lib/role/generate.ts";
import { manifestOf, parseManifest } from "../../../scripts/lib/role/manifest.ts";
import { checkout } from "../embedded.ts";

const file = join(checkout, "docs", "role.yaml");
const header = [
  "What a run may do at least, made from the audit log of the runs of an end-to-end test:",
  "UPDATE_DOCS=1 FLUX_BOOTSTRAP_HOME=$(mktemp -d) node --test test/e2e/full/15-least-privilege.test.ts",
  "docs/rights.md says how to bind it, and what it is worth.",
];

/** The roles of docs/role.yaml. */
export function committedRoles(): GeneratedRole[] {
  return parseManifest(readFileSync(file, "utf8"));
}

/** The role of that name; throws when there is none. */
export function committedRole(name: string): GeneratedRole {
  const role = committedRoles().find((one) => one.name === name);
  if (role === undefined) throw new Error(`${file} must hold ${name}, got no such role`);
  return role;
}

/** Writes docs/role.yaml. */
export function writeRoles(roles: readonly GeneratedRole[]): void {
  writeFileSync(file, manifestOf(roles, header));
}
