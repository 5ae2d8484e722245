import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";

import {
  cachePaths,
  contentKey,
  defaultCacheDirectory,
  markUsed,
  prune,
  publish,
} from "../../../embedded/toolchain/cache.ts";

async function temporaryDirectory(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "cache-test-"));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

const locations: [string, NodeJS.ProcessEnv, string][] = [
  ["our own variable", { FLUX_BOOTSTRAP_CACHE: "/a", XDG_CACHE_HOME: "/b" }, "/a"],
  ["the XDG cache", { XDG_CACHE_HOME: "/b" }, "/b/flux-bootstrap/toolchain"],
  ["the home directory", {}, join(homedir(), ".cache/flux-bootstrap/toolchain")],
  [
    "the home directory, with empty variables",
    { FLUX_BOOTSTRAP_CACHE: "", XDG_CACHE_HOME: "" },
    join(homedir(), ".cache/flux-bootstrap/toolchain"),
  ],
];
for (const [name, env, expected] of locations) {
  test(`the cache is in ${name}`, () => {
    assert.equal(defaultCacheDirectory(env), expected);
  });
}

test("a key changes with each part and with their order", () => {
  const keys = [["a", "b"], ["b", "a"], ["ab"], ["a", "b", ""], ["a", "c"]].map(contentKey);
  assert.equal(new Set(keys).size, keys.length);
  assert.match(keys[0] ?? "", /^[0-9a-f]{16}$/);
});

test("publishes a directory whole, or not at all when filling it fails", async (t) => {
  const directory = await temporaryDirectory(t);
  const failing = publish(join(directory, "group"), async (temporary) => {
    await writeFile(join(temporary, "half"), "");
    throw new Error("disk full");
  });
  await assert.rejects(failing, /disk full/);
  assert.deepEqual(await readdir(directory), []);
  await publish(join(directory, "group"), (temporary) => writeFile(join(temporary, "whole"), ""));
  assert.deepEqual(await readdir(join(directory, "group")), ["whole"]);
});

test("keeps what another process published first", async (t) => {
  const directory = join(await temporaryDirectory(t), "group");
  await publish(directory, (temporary) => writeFile(join(temporary, "file"), "first"));
  await publish(directory, (temporary) => writeFile(join(temporary, "file"), "second"));
  assert.equal(await readFile(join(directory, "file"), "utf8"), "first");
});

test("prunes what was not used for 30 days and what is half-written, and nothing in use", async (t) => {
  const paths = cachePaths(await temporaryDirectory(t));
  const make = async (name: string, days: number): Promise<string> => {
    const directory = join(paths.groups, name);
    await mkdir(directory, { recursive: true });
    const then = new Date(Date.now() - days * 24 * 60 * 60 * 1000);
    await utimes(directory, then, then);
    return directory;
  };
  const kept = await make("in-use", 40);
  const old = await make("old", 31);
  await make("recent", 29);
  const partial = await make("flux.1234.partial", 0);
  await markUsed([await make("used-again", 40)]);
  assert.deepEqual((await prune(paths, [kept])).sort(), [partial, old].sort());
  assert.deepEqual((await readdir(paths.groups)).sort(), ["in-use", "recent", "used-again"]);
  await prune(paths, [kept], 0);
  assert.deepEqual(await readdir(paths.groups), ["in-use"]);
  assert.ok(existsSync(kept));
});
