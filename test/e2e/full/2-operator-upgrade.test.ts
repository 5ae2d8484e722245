import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";

import { Secret } from "../../../scripts/lib/kinds.ts";
import { inClone } from "../../support/clone.ts";
import { checkout, Embedded } from "../../support/embedded.ts";
import { killUpAt, unlockStack } from "../../support/killed-up.ts";

const pending = {
  resource: Secret,
  namespace: "flux-system",
  test: ({ metadata }: { metadata: { labels?: Readonly<Record<string, string>> } }) =>
    metadata.labels?.["owner"] === "helm" && metadata.labels["status"] === "pending-upgrade",
};

describe("an operator upgrade that is killed", () => {
  before(async () => {
    const { code, output } = await (await Embedded.start()).up();
    assert.equal(code, 0, output);
  });

  it("is completed by a plain up", async () => {
    await inClone(async (directory) => {
      const embedded = await Embedded.start("dev", directory);
      const values = join(directory, "embedded/chart/flux-operator/values.yaml");
      const text = readFileSync(values, "utf8");
      writeFileSync(values, text.replace(/^logLevel: .*$/m, "logLevel: debug"));
      assert.notEqual(readFileSync(values, "utf8"), text);
      await killUpAt(embedded, pending);
      await unlockStack(embedded);
      const { code, output } = await embedded.up();
      assert.equal(code, 0, output);
      const releases = await embedded.cluster.list(Secret, {
        namespace: "flux-system",
        labelSelector: "owner=helm,name=flux-operator,status=deployed",
      });
      assert.equal(releases.length, 1);
    });
    await Embedded.start("dev", checkout);
  });
});
