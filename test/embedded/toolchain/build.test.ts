import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { lstat, mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { describeToolchain, ensure, ToolchainError } from "../../../embedded/toolchain/build.ts";
import { alpha, appears, beta, fakeGo } from "./support/fake-go.ts";

test("puts every tool under its usual name into one directory", async (t) => {
  const fake = await fakeGo(t);
  const toolchain = await ensure(fake.definition, fake);
  assert.deepEqual((await readdir(toolchain.bin)).sort(), [
    "helm",
    "kubectl",
    "one",
    "three",
    "two",
  ]);
  assert.equal(await readFile(join(toolchain.bin, "three"), "utf8"), "example.org/three/cmd\n");
  assert.equal((await lstat(join(toolchain.bin, "kubectl"))).mode & 0o111, 0o111);
  assert.equal(
    await readFile(join(toolchain.operator, "config/crd/flux.yaml"), "utf8"),
    "kind: Fake\n",
  );
  assert.ok(!existsSync(join(fake.cacheDirectory, "work")));
  assert.ok(!existsSync(join(fake.cacheDirectory, "lock")));
});

test("says before it builds what follows, and after each group what it took", async (t) => {
  const fake = await fakeGo(t);
  await ensure(fake.definition, fake);
  assert.match(fake.lines[0] ?? "", /^► building .*: 2 of 2 groups \(alpha, beta\)$/);
  assert.match(fake.lines[1] ?? "", /about 3m on two cores, \d+ GB of disk while building, /);
  assert.ok(fake.lines.includes("► building alpha (1 of 2): one, two"));
  assert.ok(fake.lines.some((line) => /^✔ beta \(1 binary, \d+ MB\) in /.test(line)));
});

test("builds nothing when everything is there", async (t) => {
  const fake = await fakeGo(t);
  const first = await ensure(fake.definition, fake);
  fake.lines.length = 0;
  assert.deepEqual(await ensure(fake.definition, fake), first);
  assert.deepEqual(await fake.builds(), ["alpha", "beta"]);
  assert.deepEqual(fake.lines, []);
});

test("builds only the group whose go.sum changed", async (t) => {
  const fake = await fakeGo(t);
  const first = await ensure(fake.definition, fake);
  await writeFile(join(fake.definition.directory, "beta", "go.sum"), "changed\n");
  const second = await ensure(fake.definition, fake);
  assert.deepEqual(await fake.builds(), ["alpha", "beta", "beta"]);
  assert.notEqual(second.key, first.key);
  assert.ok(existsSync(first.bin), "a build that is in use elsewhere stays");
});

test("names every module that cannot be had, the proxy without its password, and builds nothing", async (t) => {
  const fake = await fakeGo(t);
  await fake.tell("refuse-one");
  await fake.tell("refuse-three");
  const refused = (module: string): string =>
    `module ${module}@v1.0.0 must be available through GOPROXY, ` +
    `got "go: ${module}@v1.0.0: reading https://proxy.example/${module}/@v/v1.0.0.zip: 403 Forbidden". ` +
    "Check the connection and the proxy in use (https://proxy.example,direct; go env -w GOPROXY=… changes it), then run the command again.";
  await assert.rejects(ensure(fake.definition, fake), (error) => {
    assert.ok(error instanceof ToolchainError);
    assert.deepEqual(error.problems, [refused("example.org/one"), refused("example.org/three")]);
    return true;
  });
  assert.deepEqual(await fake.builds(), []);
});

test("shows what the compiler said when a group does not compile", async (t) => {
  const fake = await fakeGo(t);
  await fake.tell("break-alpha");
  await assert.rejects(ensure(fake.definition, fake), {
    name: "ToolchainError",
    message:
      "alpha must build, got:\n./main.go:3:1: syntax error\nRun the command again: what is compiled is kept.",
  });
  assert.deepEqual(await fake.builds(), ["alpha"]);
});

test("refuses to start when the disk cannot hold what the missing groups need", async (t) => {
  const fake = await fakeGo(t);
  const large = { ...beta, cost: { ...beta.cost, workMegabytes: 1e9 } };
  const definition = { ...fake.definition, groups: [alpha, large] };
  await assert.rejects(ensure(definition, fake), /must have 1000000\.3 GB free while building/);
  assert.deepEqual(await fake.builds(), []);
});

test("builds a module from a copy with our files laid over it", async (t) => {
  const fake = await fakeGo(t);
  const overlay = join(fake.definition.directory, "alpha", "source", "config", "crd");
  await mkdir(overlay, { recursive: true });
  await writeFile(join(overlay, "flux.yaml"), "kind: Ours\n");
  await fake.tell("hang-alpha");
  const stop = new AbortController();
  const patched = { ...alpha, source: "example.org/two" };
  const definition = { ...fake.definition, groups: [patched] };
  const building = ensure(definition, { ...fake, signal: stop.signal });
  await appears(join(fake.directory, "hanging"));
  const work = join(fake.cacheDirectory, "work", "alpha");
  const copied = await readFile(join(work, "module/config/crd/flux.yaml"), "utf8");
  const goMod = await readFile(join(work, "go.mod"), "utf8");
  stop.abort();
  await assert.rejects(building);
  assert.equal(copied, "kind: Ours\n");
  assert.equal(goMod, "module alpha\n\nreplace example.org/two => ./module\n");
  const original = join(fake.directory, "modules/two/config/crd/flux.yaml");
  assert.equal(await readFile(original, "utf8"), "kind: Fake\n");
});

test("turns off the language host's own TypeScript", async (t) => {
  const fake = await fakeGo(t);
  const [three] = beta.tools;
  assert.ok(three !== undefined);
  const host = { ...three, name: "pulumi-language-nodejs", directory: "host" };
  const definition = { ...fake.definition, groups: [{ ...beta, tools: [host] }] };
  const { bin } = await ensure(definition, fake);
  const wrapper = await readFile(join(bin, "pulumi-language-nodejs"), "utf8");
  const [, binary] = /^#!\/bin\/sh\nexec '(.*)' -typescript=false "\$@"\n$/.exec(wrapper) ?? [];
  assert.equal(await readFile(binary ?? "", "utf8"), "example.org/three/cmd\n");
});

test("assembles anew when the cache directory was moved, without building", async (t) => {
  const fake = await fakeGo(t);
  const first = await ensure(fake.definition, fake);
  const cacheDirectory = join(fake.directory, "moved");
  await rename(fake.cacheDirectory, cacheDirectory);
  const second = await ensure(fake.definition, { ...fake, cacheDirectory });
  assert.notEqual(second.key, first.key);
  assert.deepEqual(await fake.builds(), ["alpha", "beta"]);
});

test("uses a tool of exactly the pinned version from PATH", async (t) => {
  const fake = await fakeGo(t);
  await fake.putOnPath("one", "one v1.0.0 (linux/amd64)");
  const toolchain = await ensure(fake.definition, fake);
  const link = await lstat(join(toolchain.bin, "one"));
  assert.ok(link.isSymbolicLink());
  const calls = await readFile(join(fake.directory, "calls"), "utf8");
  assert.match(calls, /^alpha: build .* example\.org\/two$/m);
});

test("builds a tool that PATH has in another version", async (t) => {
  const fake = await fakeGo(t);
  await fake.putOnPath("one", "one v1.0.1");
  const toolchain = await ensure(fake.definition, fake);
  assert.equal(await readFile(join(toolchain.bin, "one"), "utf8"), "example.org/one\n");
});

test("does not take its own tools for those of the user", async (t) => {
  const fake = await fakeGo(t);
  const first = await ensure(fake.definition, fake);
  await writeFile(join(first.bin, "one"), "#!/bin/sh\necho one v1.0.0\n");
  const env = { ...fake.definition.env, PATH: `${first.bin}:${fake.definition.env["PATH"] ?? ""}` };
  assert.deepEqual(await ensure({ ...fake.definition, env }, fake), first);
});

test("tells that Go is missing together with everything else that is", async (t) => {
  const fake = await fakeGo(t);
  const env = { ...fake.definition.env, PATH: join(fake.directory, "empty") };
  await assert.rejects(ensure({ ...fake.definition, env }, fake), (error) => {
    assert.ok(error instanceof ToolchainError);
    assert.deepEqual(
      error.problems.map((problem) => problem.split(". ")[0]),
      ["Go must be 1.26 or newer, got none on PATH", "git must be on PATH, got none"],
    );
    return true;
  });
});

test("refuses a Go that is too old and says which it found", async (t) => {
  const fake = await fakeGo(t);
  await fake.setVersion("1.25.4");
  await assert.rejects(ensure(fake.definition, fake), /Go must be 1\.26 or newer, got 1\.25\.4\./);
  assert.ok(!existsSync(join(fake.cacheDirectory, "groups")));
});

test("builds anew with another Go", async (t) => {
  const fake = await fakeGo(t);
  await ensure(fake.definition, fake);
  await fake.setVersion("1.27.0");
  await ensure(fake.definition, fake);
  assert.deepEqual(await fake.builds(), ["alpha", "beta", "alpha", "beta"]);
});

test("describes every tool with the version a person knows it by", () => {
  const versions = new Map(describeToolchain().map(({ name, version }) => [name, version]));
  assert.equal(versions.get("kube-apiserver"), "1.36.3");
  assert.equal(versions.get("pulumi-resource-kubernetes"), "4.25.0");
  assert.equal(versions.get("helm"), "4.2.3");
  assert.equal(versions.size, 19);
});
