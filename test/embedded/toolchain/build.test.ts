import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { lstat, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { describeToolchain, ensure, ToolchainError } from "../../../embedded/toolchain/build.ts";
import { appears, fakeGo } from "./support/fake-go.ts";

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

test("goes on after an interruption with the group that was cut off, and never uses its half", async (t) => {
  const fake = await fakeGo(t);
  await fake.tell("hang-beta");
  const stop = new AbortController();
  const first = ensure(fake.definition, { ...fake, signal: stop.signal });
  await appears(join(fake.directory, "hanging"));
  const child = Number(await readFile(join(fake.directory, "hanging"), "utf8"));
  stop.abort(new Error("ended by SIGINT"));
  await assert.rejects(first, /^Error: ended by SIGINT$/);
  assert.throws(() => process.kill(child, 0), "go has ended");
  assert.ok(!existsSync(join(fake.cacheDirectory, "lock")), "the lock is free");
  assert.ok(existsSync(join(fake.cacheDirectory, "work")), "what is compiled is kept");
  const groups = await readdir(join(fake.cacheDirectory, "groups"));
  assert.deepEqual(
    groups.map((name) => name.split("-")[0]),
    ["alpha"],
  );

  await fake.untell("hang-beta");
  const toolchain = await ensure(fake.definition, fake);
  assert.deepEqual(await fake.builds(), ["alpha", "beta", "beta"]);
  assert.equal(await readFile(join(toolchain.bin, "three"), "utf8"), "example.org/three/cmd\n");
});

test("lets a second run wait for the first and find everything built", async (t) => {
  const fake = await fakeGo(t);
  const both = await Promise.all([ensure(fake.definition, fake), ensure(fake.definition, fake)]);
  assert.deepEqual(both[0], both[1]);
  assert.deepEqual(await fake.builds(), ["alpha", "beta"]);
  assert.ok(
    fake.lines.some((line) => line.startsWith(`◎ waiting for the build of process ${process.pid}`)),
  );
});

test("takes over from a run that was killed", async (t) => {
  const fake = await fakeGo(t);
  await fake.tell("hang-beta");
  const support = fileURLToPath(new URL("support/ensure.ts", import.meta.url));
  const { definition, cacheDirectory } = fake;
  const killed = spawn(process.execPath, [support], {
    env: { ...process.env, DEFINITION: JSON.stringify({ definition, cacheDirectory }) },
    stdio: "ignore",
  });
  await appears(join(fake.directory, "hanging"));
  killed.kill("SIGKILL");
  await once(killed, "exit");
  process.kill(Number(await readFile(join(fake.directory, "hanging"), "utf8")));
  assert.ok(existsSync(join(cacheDirectory, "lock")));

  await fake.untell("hang-beta");
  await ensure(definition, fake);
  assert.deepEqual(await fake.builds(), ["alpha", "beta", "beta"]);
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
