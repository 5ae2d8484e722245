import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { ConfigMap } from "../../../scripts/lib/kinds.ts";
import { lean, StandingStack } from "../../support/destroy/standing-stack.ts";
import { runCommand } from "../../support/embedded.ts";
import { withSettings } from "../../support/stack-file.ts";
import { withProgram } from "../../support/variant.ts";

let stack: StandingStack;

before(async () => {
  stack = await StandingStack.start();
});

after(async () => {
  const { code, output } = await stack.embedded.destroy();
  assert.equal(code, 0, output);
});

describe("a stack that is up", () => {
  it("is not drained when Drain is renamed, nor when it gets its name back", async () => {
    const rename = (source: string) => source.replace('new Drain("drain"', 'new Drain("emptying"');
    const { code, output } = await withProgram(
      stack.embedded.pulumiEnvironment,
      rename,
      (variant) =>
        withSettings(stack.embedded, lean, () =>
          runCommand(variant, ["pulumi", "up", "--yes", "--skip-preview", "--color", "never"]),
        ),
    );
    assert.equal(code, 0, output);
    assert.match(output, /drain-script.*names another Drain/);
    await stack.assertUntouched();
    const back = await stack.up();
    assert.equal(back.code, 0, back.output);
    assert.match(back.output, /emptying-script.*names another Drain/);
    await stack.assertUntouched();
  });

  it("is not drained when Drain alone is replaced, which fails and heals with the next up", async () => {
    const replaced = await stack.up({}, "--target-replace", await stack.urnOf("drain-script"));
    assert.notEqual(replaced.code, 0);
    assert.match(replaced.output, /got the end of Drain alone while ConfigMap\/flux-system\//);
    await stack.assertUntouched();
    const { code, output } = await stack.up();
    assert.equal(code, 0, output);
    await stack.assertUntouched();
    const marks = await stack.embedded.cluster.list(ConfigMap, {
      namespace: "flux-system",
      labelSelector: "flux-bootstrap.dev/purpose=in-use",
    });
    assert.equal(marks.length, 1);
  });
});
