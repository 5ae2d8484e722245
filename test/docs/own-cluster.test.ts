import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";

import { takeOverVariable } from "../../components/preflight/holder.ts";

const docs = new URL("../../docs/", import.meta.url);
const page = readFileSync(new URL("own-cluster.md", docs), "utf8");
const source = ["foreign", "holder", "kubernetes", "login", "access", "cluster-uid", "preflight"]
  .map((name) => readFileSync(new URL(`../components/preflight/${name}.ts`, docs), "utf8"))
  .join("\n");

describe("docs/own-cluster.md", () => {
  const rows = [...page.matchAll(/^\| `([^`]+)`\s+\| /gm)].map(([, said = ""]) => said);

  it("quotes what Preflight says", () => {
    assert.ok(rows.length > 10);
    for (const said of rows) {
      // What stands for a name, a number or an address is no part of the sentence.
      const parts = said
        .split(/…|"\w+"|\d\.\d+|flux-system|, got:?/)
        .map((part) => part.replaceAll(/^[\s:,]+|[\s:,]+$/g, ""))
        .filter((part) => part.length > 12);
      for (const part of parts) assert.ok(source.includes(part), part);
    }
  });

  it("names the line that takes a cluster over", () => {
    assert.ok(page.includes(`${takeOverVariable}=<id> pulumi up`));
  });

  it("leads to pages that are there", () => {
    for (const [, file = ""] of page.matchAll(/\]\(([\w.-]+\.md)/g)) {
      assert.ok(existsSync(new URL(file, docs)), file);
    }
  });
});
