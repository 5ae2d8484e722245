import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Plugin, startPlugin } from "../../support/plugin-client.ts";

let plugin: Plugin;
let root: string;
const files = [
  "index.js",
  "secret.js",
  "[x].js",
  "sub/a.js",
  "sub/deep/b.js",
  ".hidden",
  "top.txt",
];

before(async () => {
  plugin = await startPlugin();
  root = join(plugin.directory, "root");
  for (const file of files) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), file);
  }
  await mkdir(join(root, "empty"));
});
after(() => plugin.stop());

const signature = "4dabf18193072939515e22adb298388d";
const asset = (name: string, path: string) => ({
  [signature]: "c44067f5952c0a294b673a41bacd8c17",
  hash: createHash("sha256").update(name).digest("hex"),
  path,
  text: "",
  uri: "",
});

async function found(assetPaths: string[]): Promise<string[]> {
  const { state } = await plugin.create({ dir: root, create: "true", assetPaths });
  return Object.keys(state["assets"] ?? {}).toSorted();
}

describe("globs", () => {
  const table = [
    [
      ["**"],
      [".hidden", "[x].js", "index.js", "secret.js", "sub/a.js", "sub/deep/b.js", "top.txt"],
    ],
    [["*"], [".hidden", "[x].js", "index.js", "secret.js", "top.txt"]],
    [
      ["**.js", "!**secret.*"],
      ["[x].js", "index.js", "sub/a.js", "sub/deep/b.js"],
    ],
    [["!**secret.*", "secret.js"], ["secret.js"]],
    [["*.js", "!*.js", "index.js"], ["index.js"]],
    [["sub/**"], ["sub/a.js", "sub/deep/b.js"]],
    [["sub/**/*.js"], ["sub/deep/b.js"]],
    [["?ndex.js"], ["index.js"]],
    [["sub?a.js"], []],
    [["[is]*.js"], ["index.js", "secret.js"]],
    [["[!i]*.js"], ["[x].js", "secret.js"]],
    [["[a-j]*.js"], ["index.js"]],
    [["\\[x\\].js"], ["[x].js"]],
    [["{index,{secret,top}}.{js,txt}"], ["index.js", "secret.js", "top.txt"]],
    [["{index"], []],
    [["./top.txt"], []],
    [["sub"], []],
    [[], []],
  ] as const;
  for (const [globs, names] of table) {
    it(`${globs.join(" ") || "none"} finds ${names.join(" ") || "nothing"}`, async () => {
      assert.deepEqual(await found([...globs]), names);
    });
  }

  it("that do not end fail the step", async () => {
    await assert.rejects(found(["[x"]), { message: "unexpected end of input" });
  });
});

describe("assets", () => {
  it("are files of the directory with their hash", async () => {
    const { state } = await plugin.create({ dir: root, create: "true", assetPaths: ["top.txt"] });
    assert.deepEqual(state["assets"], { "top.txt": asset("top.txt", join(root, "top.txt")) });
  });

  it("have paths relative to the plugin when the directory has one", async () => {
    const inputs = { dir: "./root/../root", create: "true", assetPaths: ["top.txt"] };
    const { state } = await plugin.create(inputs);
    assert.deepEqual(state["assets"], { "top.txt": asset("top.txt", "root/top.txt") });
  });

  it("are what the command left behind", async () => {
    const create = "printf made.txt > made.txt";
    const { state } = await plugin.create({ create, assetPaths: ["made.txt"] });
    assert.deepEqual(Object.keys(state["assets"] ?? {}), ["made.txt"]);
  });

  it("stay in the state when an update asks for none", async () => {
    const assets = { "top.txt": asset("top.txt", "top.txt") };
    const state = { create: "true", assetPaths: ["top.txt"], assets, stdout: "", stderr: "" };
    const next = await plugin.update(state, { create: "echo" });
    assert.deepEqual(next["assets"], assets);
  });

  it("fail the step when a file cannot be read", async () => {
    const link = join(root, "dangling");
    await symlink("nowhere", link);
    await assert.rejects(found(["dangling"]), {
      message: `failed to open asset file '${link}': open ${link}: no such file or directory`,
    });
    await rm(link);
  });
});

describe("an archive", () => {
  const archive = async (archivePaths: string[]) => {
    const { state } = await plugin.create({ dir: root, create: "true", archivePaths });
    // The published plugin adds a hash, which the engine makes by itself for the stand-in.
    const { hash, ...rest } = state["archive"] as Record<string, unknown>;
    assert.ok(hash === undefined || typeof hash === "string");
    assert.equal("assets" in state, false);
    return rest;
  };
  const marked = { [signature]: "0def7320c3a5731c473e5ecbe6d01bc7", path: "", uri: "" };

  it("holds what the globs find", async () => {
    const assets = { "sub/a.js": asset("sub/a.js", join(root, "sub/a.js")) };
    assert.deepEqual(await archive(["sub/*"]), { ...marked, assets });
  });

  it("may be empty", async () => {
    assert.deepEqual(await archive([]), { ...marked, assets: {} });
  });
});
