import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { checkout } from "./embedded.ts";

/** Runs `work` in a clone of what this checkout has committed, in a directory with a blank, with its own packages. */
export async function inClone<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const parent = mkdtempSync(join(tmpdir(), "a second clone "));
  const directory = join(parent, "flux-bootstrap");
  try {
    execFileSync("git", ["clone", "--quiet", checkout, directory]);
    symlinkSync(join(checkout, "node_modules"), join(directory, "node_modules"));
    return await work(directory);
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}
