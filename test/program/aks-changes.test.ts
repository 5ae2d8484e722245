import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { describe, it } from "node:test";

import { format } from "oxfmt";

import { aksKeys } from "../support/aks.ts";
import { aksChangeText } from "./support/aks-change-text.ts";
import { type AksFlip, aksFlips } from "./support/aks-flips.ts";
import { effectsOf } from "./support/effects.ts";
import { Registrations } from "./support/registrations.ts";
import { withChanges } from "./support/setting-docs.ts";

const registrations = new Registrations("aks", aksFlips);

const title = ({ key, what }: AksFlip) => (what === undefined ? key : `${key} (${what})`);

describe("a change of the setting of cluster.aks", () => {
  for (const flip of aksFlips) {
    it(`${title(flip)}: ${aksChangeText([flip])}`, async () => {
      const effects = effectsOf(await registrations.of(flip.from), await registrations.of(flip.to));
      assert.deepEqual(effects, Object.fromEntries(Object.entries(flip.effects).toSorted()));
    });
  }
});

describe("the table of all changes of a cluster in Azure", () => {
  it("has a row for every setting that there is, and for no other", async () => {
    const rows = [...new Set(aksFlips.map(({ key }) => `cluster.aks.${key}`))];
    assert.deepEqual(rows.toSorted(), (await aksKeys()).toSorted());
  });

  it("replaces the cluster only where another place, network or kind of endpoint is asked for", () => {
    const replacing = aksFlips.filter((flip) => /replaces the cluster/.test(aksChangeText([flip])));
    assert.deepEqual(replacing.map(title), [
      "location",
      "resourceGroup",
      "publicCidrs (the first)",
      "privateDnsZoneId",
      "network.cidr",
      "network.subnetId",
      "network.podCidr",
      "network.serviceCidr",
    ]);
  });
});

describe("docs/aks.md", () => {
  const file = new URL("../../docs/aks.md", import.meta.url);

  // UPDATE_DOCS=1 writes it anew.
  it("says of every setting what a change of it does", async () => {
    const written = await readFile(file, "utf8");
    const keys = [...written.matchAll(/^\| `(cluster\.aks\.[^`]+)` +\|/gm)].map(([, key]) => key);
    assert.deepEqual(keys.toSorted(), (await aksKeys()).toSorted());
    const textOf = (key: string) =>
      aksChangeText(aksFlips.filter((flip) => `cluster.aks.${flip.key}` === key));
    const { code: expected } = await format("page.md", withChanges(written, textOf));
    if (process.env["UPDATE_DOCS"] === "1") await writeFile(file, expected);
    else assert.deepEqual(written.split("\n"), expected.split("\n"));
  });
});
