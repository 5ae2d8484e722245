import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { runError } from "../run-error.ts";

/**
 * chartDigest tells the contents of a chart on disk apart: a directory or an archive. Names count from the chart's root,
 * so that every clone of the same chart has the same digest. Throws when there is no chart.
 */
export function chartDigest(path: string): string {
  const missing = !existsSync(path) || (isDirectory(path) && !existsSync(join(path, "Chart.yaml")));
  if (missing) {
    throw runError(
      `operator.chart must be an OCI address or the path of a chart, got "${path}", where there is none. ` +
        "Give the path from the project's root: pulumi config set --path operator.chart PATH",
    );
  }
  const hash = createHash("sha256");
  for (const file of filesOf(path)) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(path, file)))
      .update("\0");
  }
  return hash.digest("hex").slice(0, 16);
}

function filesOf(path: string): string[] {
  if (!isDirectory(path)) return [""];
  const entries = readdirSync(path, { recursive: true, encoding: "utf8" });
  return entries.filter((entry) => !isDirectory(join(path, entry))).sort();
}

function isDirectory(path: string): boolean {
  return statSync(path).isDirectory();
}
