import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { findOnPath, saysVersion } from "../../../embedded/toolchain/path-binaries.ts";
import { fakeGo } from "./support/fake-go.ts";

const outputs: [string, string, boolean][] = [
  ["etcd Version: 3.6.14\nGit SHA: 1a2b3c4", "v3.6.14", true],
  ["Kubernetes v1.36.3", "v1.36.3", true],
  ["kwok version v0.8.0 go1.26.8 (linux/amd64)", "v0.8.0", true],
  ["sops 3.13.2 (latest)", "v3.13.2", true],
  ["v4.2.3+g43e8b7f", "4.2.3", true],
  ["Kubernetes v1.36.30", "v1.36.3", false],
  ["Kubernetes v1.36.3-gke.100", "v1.36.3", false],
  ["Client Version: v1.36.3+k3s1", "1.36.3", false],
  ["version 11.36.3", "v1.36.3", false],
  ["version 1x36x3", "v1.36.3", false],
  ["", "v1.36.3", false],
];
for (const [output, version, expected] of outputs) {
  test(`"${output}" ${expected ? "is" : "is not"} ${version}`, () => {
    assert.equal(saysVersion(output, version), expected);
  });
}

test("finds tools that say the wanted version, and no others", async (t) => {
  const fake = await fakeGo(t);
  await fake.putOnPath("right", "right 1.0.0");
  await fake.putOnPath("wrong", "wrong 1.0.1");
  await fake.putOnPath("mute", "1.0.0");
  const tools = [
    { name: "right", version: "v1.0.0", versionArguments: ["--version"] },
    { name: "wrong", version: "v1.0.0", versionArguments: ["--version"] },
    { name: "mute", version: "v1.0.0" },
    { name: "absent", version: "v1.0.0", versionArguments: ["--version"] },
  ];
  const path = join(fake.directory, "path");
  const { env } = fake.definition;
  assert.deepEqual(
    await findOnPath(tools, env, "/nowhere"),
    new Map([["right", join(path, "right")]]),
  );
  assert.deepEqual(await findOnPath(tools, env, fake.directory), new Map());
  assert.equal((await findOnPath(tools, env, `${fake.directory}/pa`)).size, 1);
});
