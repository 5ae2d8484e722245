import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { stylesheet } from "../../../../../scripts/lib/report/html/stylesheet.ts";
import { standings } from "../../../../../scripts/lib/report/words.ts";

const [light = "", dark = ""] = [...stylesheet.matchAll(/:root \{([^}]*--ink[^}]*)\}/g)].map(
  ([, block]) => block,
);
const colours = (block: string) =>
  new Map(
    [...block.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]),
  );

function luminance(hex: string): number {
  const channels = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  const [red = 0, green = 0, blue = 0] = channels.map((value) =>
    value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const texts = [
  ...["ground", "sheet", "well"].flatMap((ground) => [
    ["ink", ground],
    ["soft", ground],
  ]),
  ["accent", "ground"],
  ["accent", "sheet"],
  ...Object.keys(standings).flatMap((name) => [
    [name, `${name}-ground`],
    [name, "sheet"],
  ]),
] as const;
const shapes = [
  ["step", "ground"],
  ...Object.keys(standings).map((name) => [`${name}-fill`, "sheet"]),
] as const;

describe("stylesheet", () => {
  for (const [scheme, block] of [
    ["light", light],
    ["dark", dark],
  ] as const) {
    const palette = colours(block);
    const of = ([ink = "", ground = ""]: readonly (string | undefined)[]) =>
      contrast(palette.get(ink) ?? "#000000", palette.get(ground) ?? "#000000");
    it(`has a contrast of 4.5 or more for text in ${scheme}`, () => {
      assert.deepEqual(
        texts.filter((pair) => of(pair) < 4.5),
        [],
      );
    });
    it(`has a contrast of 3 or more for shapes, which words repeat, in ${scheme}`, () => {
      assert.deepEqual(
        shapes.filter((pair) => of(pair) < 3),
        [],
      );
    });
  }

  it("has a look for every standing, a dark scheme, a phone's width and paper", () => {
    for (const name of Object.keys(standings))
      assert.ok(stylesheet.includes(`.${name} { --tone`), name);
    assert.match(stylesheet, /prefers-color-scheme: dark/);
    assert.match(stylesheet, /@media \(max-width: 44rem\)/);
    assert.match(stylesheet, /@media print/);
  });

  it("has as many opening as closing braces", () => {
    assert.equal(stylesheet.split("{").length, stylesheet.split("}").length);
  });
});
