import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { describe, it } from "node:test";

import { commands } from "../../../../scripts/lib/commands/commands.ts";
import { generalSection, sectionOf } from "./support/docs.ts";

const file = new URL("../../../../docs/commands.md", import.meta.url);
const marked = /(<!-- made by the tests -->\n\n)[\s\S]*?(\n<!-- end -->)/;

describe("docs/commands.md", { timeout: 60_000 }, () => {
  // UPDATE_DOCS=1 writes it anew.
  it("says of every command what its help says, with what it prints", async (test) => {
    const sections = [generalSection()];
    for (const command of commands) sections.push(await sectionOf(test, command));
    const written = await readFile(file, "utf8");
    assert.match(written, marked);
    const expected = written.replace(marked, (_, begin: string, end: string) =>
      [begin, sections.join("\n").trimEnd(), "\n", end].join(""),
    );
    if (process.env["UPDATE_DOCS"] === "1") await writeFile(file, expected);
    else assert.deepEqual(written.split("\n"), expected.split("\n"));
  });
});
