import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";

import { Redactor } from "../../../../scripts/lib/redact.ts";
import { writeReport } from "../../../../scripts/lib/report/report-files.ts";
import { reportOf } from "../../../../scripts/lib/report/report.ts";
import { brokenOutcome, wellOutcome } from "./support/fleet.ts";

describe("writeReport", () => {
  let directory: string;
  const report = reportOf(brokenOutcome(), new Redactor());

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "report-files-"));
  });
  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  it("writes the data and both pages for the owner alone, and returns the path of the data", async () => {
    const nested = join(directory, "a", "b");
    const path = await writeReport(nested, report);
    assert.equal(path, join(nested, "report.json"));
    assert.deepEqual((await readdir(nested)).sort(), ["report.html", "report.json", "report.md"]);
    for (const name of await readdir(nested)) {
      assert.equal((await stat(join(nested, name))).mode & 0o777, 0o600, name);
    }
    assert.deepEqual(JSON.parse(await readFile(path, "utf8")), JSON.parse(JSON.stringify(report)));
  });

  it("replaces an earlier report, whatever its mode", async () => {
    await writeFile(join(directory, "report.json"), "{}", { mode: 0o644 });
    const path = await writeReport(directory, reportOf(wellOutcome(), new Redactor()));
    assert.match(await readFile(path, "utf8"), /"outcome": "ready"/);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
  });

  it("leaves no draft behind when a file cannot be replaced", async () => {
    await mkdir(join(directory, "report.md", "taken"), { recursive: true });
    await assert.rejects(writeReport(directory, report));
    assert.deepEqual((await readdir(directory)).sort(), ["report.json", "report.md"]);
  });
});
