import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import { stopCluster } from "../../embedded/cluster/stop.ts";
import { createLog } from "../../scripts/lib/log.ts";
import { inClone } from "../support/clone.ts";
import { checkout, Embedded, ownWrites, runCommand } from "../support/embedded.ts";
import { inEmptyStateHome } from "../support/state-home.ts";

const quiet = createLog(() => undefined);

describe("a stack that is up", () => {
  before(async () => {
    const embedded = await Embedded.start();
    const { code, output } = await embedded.up();
    assert.equal(code, 0, output);
  });

  it("is unchanged by an up from a second clone in another directory", async () => {
    await inClone(async (directory) => {
      const second = await Embedded.start("dev", directory);
      const writes = second.audit().length;
      const { code, output } = await second.up();
      assert.equal(code, 0, output);
      assert.match(output, /\d+ unchanged/);
      assert.doesNotMatch(output, /created|updated|replaced|deleted/);
      assert.deepEqual(ownWrites(second.audit().slice(writes)), []);
    });
    await Embedded.start("dev", checkout);
  });

  it("can be previewed while its API server is dead", async () => {
    const embedded = await Embedded.start();
    await stopCluster("dev", quiet);
    try {
      const { code, output } = await embedded.pulumi(["preview", "--expect-no-changes"]);
      assert.equal(code, 0, output);
      assert.match(output, /\d+ unchanged/);
    } finally {
      await Embedded.start();
    }
  });
});

describe("a stack that never was up", () => {
  it("can be previewed with no cluster at all", async () => {
    await inEmptyStateHome(async (pulumi) => {
      const { code, output } = await runCommand(pulumi, ["pulumi", "preview", "--color", "never"]);
      assert.equal(code, 0, output);
      assert.match(output, /FluxInstancePatch flux-sync-patch create/);
      assert.doesNotMatch(output, /replace|delete/);
    });
  });
});
