import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { ensure } from "../../../embedded/toolchain/build.ts";
import { appears, fakeGo } from "./support/fake-go.ts";

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

test("fetches the modules of the next group while one compiles, and compiles one at a time", async (t) => {
  const fake = await fakeGo(t);
  await fake.tell("hang-alpha");
  const stop = new AbortController();
  const building = ensure(fake.definition, { ...fake, signal: stop.signal });
  await appears(join(fake.directory, "hanging"));
  await appears(join(fake.directory, "fetched-beta"));
  stop.abort(new Error("seen enough"));
  await assert.rejects(building, /seen enough/);
  assert.deepEqual(await fake.builds(), ["alpha"]);
});
