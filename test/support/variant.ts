import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { EmbeddedPulumi } from "../../embedded/pulumi/environment.ts";

/**
 * Runs `work` with a project that is the checkout but for index.ts, which `edit` has changed. Throws when `edit` changed
 * nothing.
 */
export async function withProgram<T>(
  pulumi: EmbeddedPulumi,
  edit: (source: string) => string,
  work: (variant: EmbeddedPulumi) => Promise<T>,
): Promise<T> {
  const { checkout } = pulumi;
  const directory = mkdtempSync(join(tmpdir(), "flux-bootstrap-variant-"));
  try {
    for (const entry of readdirSync(checkout)) {
      if (entry !== "index.ts") symlinkSync(join(checkout, entry), join(directory, entry));
    }
    const source = readFileSync(join(checkout, "index.ts"), "utf8");
    const edited = edit(source);
    if (edited === source) throw new Error("the program is as it was");
    writeFileSync(join(directory, "index.ts"), edited);
    return await work({ ...pulumi, checkout: directory });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
