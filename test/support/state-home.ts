import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { EmbeddedPulumi } from "../../embedded/pulumi/environment.ts";
import { environmentOf } from "../../embedded/up.ts";
import { createLog } from "../../scripts/lib/log.ts";
import { checkout } from "./embedded.ts";

/** Runs `work` with the embedded environment of a machine on which no cluster was ever started. */
export async function inEmptyStateHome(
  work: (pulumi: EmbeddedPulumi) => Promise<void>,
): Promise<void> {
  const before = process.env["FLUX_BOOTSTRAP_HOME"];
  const home = mkdtempSync(join(tmpdir(), "flux-bootstrap-empty-"));
  process.env["FLUX_BOOTSTRAP_HOME"] = home;
  try {
    const log = createLog(() => undefined);
    const { signal } = new AbortController();
    await work(await environmentOf({ checkout, name: "dev", log, signal }));
  } finally {
    if (before === undefined) delete process.env["FLUX_BOOTSTRAP_HOME"];
    else process.env["FLUX_BOOTSTRAP_HOME"] = before;
    rmSync(home, { recursive: true, force: true });
  }
}
