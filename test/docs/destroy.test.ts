import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

import { budgetsOf } from "../../scripts/lib/drain/plan/estimate.ts";
import { embedded, existing, good } from "../support/settings.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const docs = readFileSync(join(root, "docs/destroy.md"), "utf8");

const sources = ["scripts", "components"]
  .flatMap((directory) =>
    readdirSync(join(root, directory), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => readFileSync(join(root, directory, file), "utf8")),
  )
  .join("\n");

/** What Pulumi, its engine and its Kubernetes provider say in their own words; seen in runs of the pinned versions. */
const ofPulumi = [
  "cannot be deleted",
  "because it is protected",
  "configured Kubernetes cluster is unreachable",
  "the stack is currently locked by",
];

/** The cells of the rows of all tables. */
const rows = docs
  .split("\n")
  .filter((line) => /^\| [^-]/.test(line))
  .map((line) =>
    line
      .slice(2, -2)
      .split(" | ")
      .map((cell) => cell.trim()),
  );

const code = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, span = ""]) => span);

function tableOf(firstHead: string): string[][] {
  const start = rows.findIndex(([head]) => head === firstHead);
  const heads = new Set(["what you see", "variable", "where", "what"]);
  const end = rows.findIndex(([head = ""], index) => index > start && heads.has(head));
  return rows.slice(start + 1, end === -1 ? undefined : end);
}

describe("docs/destroy.md", () => {
  const symptoms = tableOf("what you see");

  it("has words to find for most of what can go wrong, and one thing to do for all of it", () => {
    assert.ok(symptoms.length > 15);
    for (const [seen = "", , todo = ""] of symptoms) {
      assert.ok(seen !== "" && todo !== "", seen);
    }
  });

  for (const [seen = ""] of symptoms) {
    for (const words of code(seen)) {
      it(`quotes what is really said: ${words}`, () => {
        assert.ok(ofPulumi.includes(words) || sources.includes(words));
      });
    }
  }

  it("names commands and variables that exist", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    for (const [, name = ""] of docs.matchAll(/npm run ([\w:]+)/g))
      assert.ok(name in scripts, name);
    for (const [name] of docs.matchAll(/FLUX_BOOTSTRAP_\w+/g))
      assert.ok(sources.includes(name), name);
  });

  it("says how long things may take as the program has it", async () => {
    const [inEmbedded, other] = [budgetsOf("embedded"), budgetsOf("existing")];
    const minutes = (seconds: number) => `${seconds / 60}m`;
    const table = tableOf("what").slice(0, 3);
    assert.deepEqual(
      table.map((cells) => cells.slice(1)),
      [
        [(await good(embedded)).drain.timeout, (await good(existing)).drain.timeout],
        [minutes(inEmbedded.address.budgetSeconds), minutes(other.address.budgetSeconds)],
        [minutes(inEmbedded.volume.budgetSeconds), minutes(other.volume.budgetSeconds)],
      ],
    );
  });

  it("links only to sections that it has", () => {
    const anchors = [...docs.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
      title
        .toLowerCase()
        .replaceAll(/[^\w -]/g, "")
        .replaceAll(" ", "-"),
    );
    for (const [, anchor = ""] of docs.matchAll(/\]\(#([^)]+)\)/g)) {
      assert.ok(anchors.includes(anchor), anchor);
    }
  });
});
