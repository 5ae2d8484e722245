import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { before, describe, it } from "node:test";

import { layoutOf } from "../../embedded/cluster/layout.ts";
import { StandingStack } from "../support/destroy/standing-stack.ts";

let stack: StandingStack;

describe("a stack that is up", () => {
  let resources = 0;

  before(async () => {
    stack = await StandingStack.start();
    resources = (await stack.resources()).length;
  });

  it("changes as the table of the program's own test says", async () => {
    const changed = {
      runtimeInfo: { REGION: "here" },
      gateTimeout: "9m",
      drain: { timeout: "9m", volumes: "keep", hooks: [{ name: "backup", command: ["backup"] }] },
      expiresAt: "2126-01-31T12:00:00Z",
      sync: { path: "./clusters/next" },
    };
    assert.deepEqual(await stack.preview(changed), {
      "drain-script": "update",
      "flux-credentials-runtime-info": "update",
      "flux-operator-namespace": "update",
      // Which Drain it is a preview knows only where nothing of it changes.
      "flux-sync-in-use": "update",
      "flux-sync-patch": "update",
      "post-bootstrap-script": "replace",
      "reconcile-gate-script": "update",
    });
  });

  it("replaces nothing when its kubeconfig is another", async () => {
    const { kubeconfig } = layoutOf(stack.embedded.name);
    const content = readFileSync(kubeconfig, "utf8");
    writeFileSync(kubeconfig, `# another day, another file\n${content}`);
    try {
      const steps = await stack.preview();
      assert.equal(steps["kubernetes"], "update");
      assert.deepEqual([...new Set(Object.values(steps))], ["update"]);
    } finally {
      writeFileSync(kubeconfig, content);
    }
  });

  it("is as the state says after a refresh", async () => {
    assert.deepEqual(await stack.preview({}, "--refresh", "--run-program"), {});
  });

  it("does not lose its Drain as the only target of a destroy", async () => {
    const target = await stack.urnOf("drain-script");
    const { code, output } = await stack.embedded.pulumi(["destroy", "--yes", "--target", target]);
    assert.notEqual(code, 0);
    assert.match(output, /depends on it|dependents/);
    assert.equal((await stack.resources()).length, resources);
  });
});

describe("a stack that is protected", () => {
  before(async () => {
    const { code, output } = await stack.up({ protect: true });
    assert.equal(code, 0, output);
  });

  for (const more of ["--continue-on-error", "--refresh"]) {
    it(`loses nothing to a destroy ${more}`, async () => {
      const before = (await stack.resources()).length;
      const { code, output } = await stack.embedded.pulumi([
        "destroy",
        "--yes",
        "--skip-preview",
        more,
      ]);
      assert.notEqual(code, 0);
      assert.match(output, /protection.*cannot be deleted/);
      assert.equal((await stack.resources()).length, before);
      await stack.assertUntouched();
    });
  }
});
