import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { renderHtml } from "./html/page.ts";
import { renderMarkdown } from "./markdown.ts";
import type { Report } from "./report.ts";

/**
 * writeReport writes report.json, report.md and report.html, each whole or not at all and for its owner's eyes only, and
 * returns the path of the JSON.
 */
export async function writeReport(directory: string, report: Report): Promise<string> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, "report.json");
  // The data first: should a page fail, it is there.
  await replace(path, `${JSON.stringify(report, undefined, 2)}\n`);
  await replace(join(directory, "report.md"), renderMarkdown(report));
  await replace(join(directory, "report.html"), renderHtml(report));
  return path;
}

async function replace(path: string, content: string): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(draft, content, { mode: 0o600 });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
