import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { replaceFile } from "../replace-file.ts";
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
  await replaceFile(path, `${JSON.stringify(report, undefined, 2)}\n`);
  await replaceFile(join(directory, "report.md"), renderMarkdown(report));
  await replaceFile(join(directory, "report.html"), renderHtml(report));
  return path;
}
