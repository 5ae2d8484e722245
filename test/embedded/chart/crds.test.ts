import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { syncCrds } from "../../../embedded/chart/crds.ts";

async function setUp(test: TestContext) {
  const directory = await mkdtemp(join(tmpdir(), "flux-bootstrap-"));
  test.after(() => rm(directory, { recursive: true, force: true }));
  const [crds, chart] = [join(directory, "bases"), join(directory, "chart")];
  await mkdir(crds);
  await mkdir(chart);
  await writeFile(join(crds, "a.yaml"), "kind: CustomResourceDefinition\n");
  const copied = join(chart, "crds-upstream");
  return { directory, crds, chart, copied };
}

describe("syncCrds", () => {
  it("copies the CRDs into the chart once", async (test) => {
    const { directory, crds, chart, copied } = await setUp(test);
    assert.equal(await syncCrds({ crds, chart }), true);
    assert.equal(await syncCrds({ crds, chart }), false);
    const content = await readFile(join(copied, "a.yaml"), "utf8");
    assert.equal(content, "kind: CustomResourceDefinition\n");
    assert.deepEqual((await readdir(directory)).sort(), ["bases", "chart"]);
  });

  it("replaces changed CRDs and drops those that are gone", async (test) => {
    const { crds, chart, copied } = await setUp(test);
    await mkdir(copied);
    await writeFile(join(copied, "old.yaml"), "kind: CustomResourceDefinition\n");
    assert.equal(await syncCrds({ crds, chart }), true);
    assert.deepEqual(await readdir(copied), ["a.yaml"]);
  });

  it("refuses a directory without CRDs or with anything else, and keeps what is there", async (test) => {
    const { crds, chart, copied } = await setUp(test);
    await syncCrds({ crds, chart });
    await writeFile(join(crds, "b.yaml"), "kind: Secret\n");
    await assert.rejects(syncCrds({ crds, chart }), {
      message:
        `"${crds}" must hold the CRDs of flux-operator and nothing else, got "b.yaml". ` +
        "Pass the directory config/crd/bases of its module.",
    });
    await assert.rejects(syncCrds({ crds: join(crds, "none"), chart }), /got none\./);
    assert.deepEqual(await readdir(copied), ["a.yaml"]);
  });
});
