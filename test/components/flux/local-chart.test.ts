import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { chartDigest } from "../../../components/flux/local-chart.ts";

describe("the digest of a chart on disk", () => {
  let directory: string;
  const chart = (name: string) => join(directory, name);

  before(() => {
    directory = mkdtempSync(join(tmpdir(), "chart-"));
    mkdirSync(join(chart("one"), "templates"), { recursive: true });
    writeFileSync(join(chart("one"), "Chart.yaml"), "name: one\n");
    writeFileSync(join(chart("one"), "templates", "a.yaml"), "kind: A\n");
  });

  after(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  it("is the same in every clone", () => {
    cpSync(chart("one"), chart("clone"), { recursive: true });
    assert.equal(chartDigest(chart("clone")), chartDigest(chart("one")));
  });

  it("changes with a file's content, and with its name", () => {
    const before = chartDigest(chart("one"));
    cpSync(chart("one"), chart("edited"), { recursive: true });
    writeFileSync(join(chart("edited"), "templates", "a.yaml"), "kind: B\n");
    cpSync(chart("one"), chart("renamed"), { recursive: true });
    rmSync(join(chart("renamed"), "templates", "a.yaml"));
    writeFileSync(join(chart("renamed"), "templates", "b.yaml"), "kind: A\n");
    const digests = [before, chartDigest(chart("edited")), chartDigest(chart("renamed"))];
    assert.equal(new Set(digests).size, 3);
  });

  for (const missing of ["nowhere", "one/templates"]) {
    it(`is refused where there is no chart: ${missing}`, () => {
      assert.throws(() => chartDigest(chart(missing)), {
        message:
          `operator.chart must be an OCI address or the path of a chart, got "${chart(missing)}", ` +
          "where there is none. Give the path from the project's root: " +
          "pulumi config set --path operator.chart PATH",
      });
    });
  }
});
