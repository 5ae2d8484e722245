import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { type Report, reportMarkdown } from "./report.ts";

/** writeReport writes report.json and report.md, each whole or not at all, and returns the path of the JSON. */
export async function writeReport(directory: string, report: Report): Promise<string> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, "report.json");
  await replace(path, `${JSON.stringify(report, undefined, 2)}\n`);
  await replace(join(directory, "report.md"), reportMarkdown(report));
  return path;
}

async function replace(path: string, content: string): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`;
  await writeFile(draft, content);
  await rename(draft, path);
}
