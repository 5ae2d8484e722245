import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { runStack } from "../../../../scripts/lib/stack/run.ts";
import { FakeTools } from "./support/tools.ts";

const wrong: readonly (readonly [argv: string, message: string])[] = [
  [
    "",
    'the command must be one of destroy, recreate, sweep, got "". See: npm run destroy -- --help',
  ],
  [
    "destroy dev",
    'the command must be one of destroy, recreate, sweep, got "destroy dev". See: npm run destroy -- --help',
  ],
  [
    "destroy --yes",
    "--stack must be the name of a stack, got nothing. See them with: pulumi stack ls",
  ],
  ["destroy --stak dev", "the options must be known ones, got --stak. Did you mean --stack?"],
  [
    "destroy --everything",
    "the options must be known ones, got --everything. See: npm run destroy -- --help",
  ],
  [
    "sweep --stack dev",
    "sweep must have only options that it knows, got --stack. See: npm run sweep -- --help",
  ],
];

describe("the commands around a stack", () => {
  for (const [argv, message] of wrong) {
    it(`refuse: ${argv}`, async () => {
      const tools = new FakeTools({ stacks: { dev: {} } });
      const code = await runStack(
        argv.split(" ").filter((word) => word !== ""),
        tools,
      );
      assert.equal(code, 2);
      assert.deepEqual(tools.lines, [`✗ ${message}`]);
      assert.deepEqual(tools.ran, []);
    });
  }

  it("refuse an option without its value", async () => {
    const tools = new FakeTools({ stacks: { dev: {} } });
    assert.equal(await runStack(["destroy", "--stack"], tools), 2);
    assert.match(tools.lines.join("\n"), /^✗ the options must be complete\. .*--stack/);
  });

  it("explain themselves", async () => {
    const tools = new FakeTools({});
    assert.equal(await runStack(["sweep", "--help"], tools), 0);
    assert.match(tools.lines.join("\n"), /npm run sweep \[-- --destroy\]/);
    assert.deepEqual(tools.ran, []);
  });

  it("say where pulumi is when it is not there", async () => {
    const tools = new FakeTools({});
    const missing = Object.assign(new Error("spawn pulumi ENOENT"), { code: "ENOENT" });
    tools.capture = () => Promise.reject(missing);
    assert.equal(await runStack(["sweep"], tools), 1);
    assert.deepEqual(tools.lines, [
      "✗ the pulumi CLI must be on the PATH, got none",
      "Next: npm run shell -- pulumi version",
    ]);
  });
});
