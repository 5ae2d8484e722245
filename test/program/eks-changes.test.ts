import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { describe, it } from "node:test";

import { format } from "oxfmt";

import { type Effects, effectsOf } from "./support/effects.ts";
import { eksChangeText } from "./support/eks-change-text.ts";
import { type EksFlip, eksFlips } from "./support/eks-flips.ts";
import { Registrations } from "./support/registrations.ts";
import { eksKeys } from "./support/setting-keys.ts";
import { withChanges } from "./support/setting-docs.ts";

const registrations = new Registrations("eks", eksFlips);

/** The effects under the patterns that match them, each under the first. */
function folded(effects: Effects, patterns: Effects): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, effect] of Object.entries(effects)) {
    const under = Object.entries(patterns).find(
      ([pattern, wanted]) => wanted === effect && matches(pattern, name),
    );
    found[under?.[0] ?? name] = effect;
  }
  return found;
}

function matches(pattern: string, name: string): boolean {
  return new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(name);
}

const title = ({ key, what }: EksFlip) => (what === undefined ? key : `${key} (${what})`);

describe("a change of the setting of cluster.eks", () => {
  for (const flip of eksFlips) {
    it(`${title(flip)}: ${eksChangeText([flip])}`, async () => {
      const effects = effectsOf(await registrations.of(flip.from), await registrations.of(flip.to));
      assert.deepEqual(folded(effects, flip.effects), flip.effects);
    });
  }
});

describe("the table of all changes of a cluster in AWS", () => {
  it("has a row for every setting that there is, and for no other", async () => {
    const rows = [...new Set(eksFlips.map(({ key }) => key))];
    assert.deepEqual(rows.toSorted(), (await eksKeys()).toSorted());
  });

  it("replaces the cluster only where another place, key or network is asked for", () => {
    const replacing = eksFlips.filter(
      ({ effects }) => effects["cluster-control-plane-cluster"] === "replace",
    );
    assert.deepEqual(
      replacing.map(({ key }) => key),
      ["region", "network.cidr", "network.vpcId", "kmsKeyArn"],
    );
  });
});

describe("docs/eks.md", () => {
  const file = new URL("../../docs/eks.md", import.meta.url);

  // UPDATE_DOCS=1 writes it anew.
  it("says of every setting what a change of it does", async () => {
    const written = await readFile(file, "utf8");
    const keys = [...written.matchAll(/^\| `cluster\.eks\.([^`]+)` +\|/gm)].map(([, key]) => key);
    assert.deepEqual(keys.toSorted(), (await eksKeys()).toSorted());
    const textOf = (key: string) =>
      eksChangeText(eksFlips.filter((flip) => `cluster.eks.${flip.key}` === key));
    const { code: expected } = await format("page.md", withChanges(written, textOf));
    if (process.env["UPDATE_DOCS"] === "1") await writeFile(file, expected);
    else assert.deepEqual(written.split("\n"), expected.split("\n"));
  });

  it("leaves tables of anything else as they are", () => {
    const tables =
      "| service | actions |\n| --- | --- |\n| `eks` | all |\n\n| key | a |\n| --- | --- |\n| `b` | x |";
    assert.equal(
      withChanges(tables, () => "text"),
      tables.replace("| a |", "| a change |").replace("| `b` | x |", "| `b` | text |"),
    );
  });
});
