import assert from "node:assert/strict";

export interface Tag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** Names of the elements around it, outermost first. */
  readonly path: readonly string[];
}

const empty: readonly string[] = ["meta", "br", "wbr"];
const token =
  /<!doctype html>|<style>[^]*?<\/style>|<\/([a-z0-9]+)>|<([a-z0-9]+)((?:\s+[a-z][a-z0-9-]*(?:="[^"<>]*")?)*)\s*(\/?)>|([^<]+)/gy;

/** tagsOf reads a page strictly: every element is closed in order, every attribute quoted, no stray `<` or `>`. */
export function tagsOf(page: string): Tag[] {
  const tags: Tag[] = [];
  const open: string[] = [];
  let end = 0;
  for (const match of page.matchAll(token)) {
    assert.equal(match.index, end, `markup that is not understood: ${page.slice(end, end + 80)}`);
    end = match.index + match[0].length;
    const [, closed, opened, attributes = "", alone, text] = match;
    if (text !== undefined) assert.ok(!text.includes(">"), `stray bracket: ${text.slice(0, 80)}`);
    if (closed !== undefined) assert.equal(closed, open.pop(), page.slice(end - 200, end));
    if (opened === undefined) continue;
    tags.push({ name: opened, attributes: attributesOf(attributes), path: [...open] });
    if (alone === "" && !empty.includes(opened)) open.push(opened);
  }
  assert.equal(end, page.length, `markup that is not understood: ${page.slice(end, end + 80)}`);
  assert.deepEqual(open, []);
  return tags;
}

function attributesOf(text: string): Map<string, string> {
  const pairs = [...text.matchAll(/([a-z][a-z0-9-]*)(?:="([^"]*)")?/g)];
  return new Map(pairs.map(([, name = "", value = ""]) => [name, value]));
}

/** The text of a page without its markup, as a reader has it. */
export function textOf(page: string): string {
  return page
    .replaceAll(/<style>[^]*?<\/style>/g, "")
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}
