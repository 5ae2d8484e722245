import assert from "node:assert/strict";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import {
  findProblems,
  goProblem,
  type Situation,
} from "../../../embedded/toolchain/requirements.ts";
import { fakeGo, type FakeGo } from "./support/fake-go.ts";

const go = { version: "1.26.0", platform: "linux/amd64", fetching: {} };

function situation(fake: FakeGo, changes: Partial<Situation> = {}): Situation {
  const { definition, cacheDirectory } = fake;
  return { env: definition.env, go, cacheDirectory, onPath: new Set(), gigabytes: 0, ...changes };
}

const versions: [string, boolean][] = [
  ["1.26.0", true],
  ["1.26", true],
  ["1.26.8", true],
  ["1.27rc1", true],
  ["2.0", true],
  ["1.25.9", false],
  ["1.9", false],
];
for (const [version, accepted] of versions) {
  test(`${accepted ? "accepts" : "refuses"} Go ${version}`, () => {
    assert.equal(goProblem({ ...go, version }) === undefined, accepted);
  });
}

test("has no objection to a machine with everything", async (t) => {
  assert.deepEqual(await findProblems(situation(await fakeGo(t))), []);
});

test("tells that the disk is short, how much is needed and where", async (t) => {
  const fake = await fakeGo(t);
  const problems = await findProblems(situation(fake, { gigabytes: 1e6 }));
  assert.equal(problems.length, 1);
  assert.match(
    problems[0] ?? "",
    /^the disk of ".*cache" must have 1000000\.0 GB free while building, got [\d.]+ GB\. .*FLUX_BOOTSTRAP_CACHE/,
  );
});

test("tells that the cache directory cannot be made", async (t) => {
  const fake = await fakeGo(t);
  await writeFile(join(fake.directory, "file"), "");
  const cacheDirectory = join(fake.directory, "file", "cache");
  assert.deepEqual(await findProblems(situation(fake, { cacheDirectory })), [
    `the cache directory must be writable, got "${cacheDirectory}". Set FLUX_BOOTSTRAP_CACHE to a directory that is.`,
  ]);
});

test("tells that the cache directory cannot be written", async (t) => {
  if (process.getuid?.() === 0) {
    t.skip("root may write everywhere");
    return;
  }
  const fake = await fakeGo(t);
  await chmod(fake.directory, 0o500);
  assert.match(
    (await findProblems(situation(fake, { cacheDirectory: fake.directory })))[0] ?? "",
    /^the cache directory must be writable/,
  );
});

test("asks for kubectl and helm where the packaged ones do not run, unless PATH has them", async (t) => {
  const fake = await fakeGo(t);
  const mac = { ...go, platform: "darwin/arm64" };
  assert.deepEqual(await findProblems(situation(fake, { go: mac, onPath: new Set(["helm"]) })), [
    "kubectl 1.36.3 must be on PATH on darwin/arm64, got none of that version. " +
      "Install exactly that version: the packaged one is for linux/amd64.",
  ]);
  const onPath = new Set(["kubectl", "helm"]);
  assert.deepEqual(await findProblems(situation(fake, { go: mac, onPath })), []);
});

test("tells all problems at once", async (t) => {
  const fake = await fakeGo(t);
  const env = { PATH: "/nonexistent" };
  const problems = await findProblems(situation(fake, { env, go: undefined, gigabytes: 1e6 }));
  assert.equal(problems.length, 3);
});
