import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { runStack } from "../../../../scripts/lib/stack/run.ts";
import { type FakeStack, FakeTools, type Scene } from "./support/tools.ts";

async function run(scene: Scene, ...argv: string[]) {
  const tools = new FakeTools(scene);
  const code = await runStack(argv, tools);
  const destroyed = tools.ran.filter((command) => command.startsWith("pulumi destroy"));
  return { code, lines: tools.lines, ran: tools.ran, destroyed };
}

const pulumi = (stack: string) => `pulumi destroy --stack ${stack} --yes --skip-preview`;

const scene: Scene = {
  stacks: {
    dev: {},
    "pr-1": { expiresAt: "2026-01-31T11:59:59Z" },
    "pr-2": { expiresAt: "2026-01-31T12:00:01Z" },
    "pr-3": { expiresAt: "2026-01-01T00:00:00Z" },
    "pr-4": { expiresAt: "2026-01-02T00:00:00Z", protect: ["protection"] },
    "pr-5": { empty: true },
  },
};

describe("sweep", () => {
  it("lists what is past its time, the oldest first, and destroys nothing", async () => {
    const { code, lines, ran } = await run(scene, "sweep");
    assert.equal(code, 0);
    assert.deepEqual(ran, []);
    assert.deepEqual(lines, [
      "pr-3  expired 2026-01-01T00:00:00Z",
      "pr-4  expired 2026-01-02T00:00:00Z  protected",
      "pr-1  expired 2026-01-31T11:59:59Z",
    ]);
  });

  it("says so when nothing is", async () => {
    const { code, lines } = await run({ stacks: { dev: {} } }, "sweep", "--destroy");
    assert.equal(code, 0);
    assert.deepEqual(lines, ["no stack is past its expiresAt"]);
  });

  it("destroys one after the other, a protected one never", async () => {
    const { code, destroyed, lines } = await run(scene, "sweep", "--destroy");
    assert.equal(code, 0);
    assert.deepEqual(destroyed, [pulumi("pr-3"), pulumi("pr-1")]);
    assert.ok(lines.includes("stack pr-4 is protected and stays"));
  });

  it("goes on after a failure and names it", async () => {
    const failing = { ...scene, codes: { "--stack pr-3": 255 } };
    const { code, destroyed, lines } = await run(failing, "sweep", "--destroy");
    assert.equal(code, 1);
    assert.deepEqual(destroyed, [pulumi("pr-3"), pulumi("pr-1")]);
    assert.equal(lines.at(-1), "✗ stack pr-3: pulumi destroy ended with 255");
  });

  it("ends with what it was at when it is interrupted", async () => {
    const stopped = { ...scene, codes: { "--stack pr-3": 130 } };
    const { code, destroyed, lines } = await run(stopped, "sweep", "--destroy");
    assert.equal(code, 1);
    assert.deepEqual(destroyed, [pulumi("pr-3")]);
    assert.match(lines.at(-1) ?? "", /^✗ the sweep was interrupted: /);
  });

  it("leaves a stack that was given more time while another was destroyed", async () => {
    const stacks: Record<string, FakeStack> = { ...scene.stacks };
    const later = "2026-02-28T00:00:00Z";
    const heard = () => {
      stacks["pr-1"] = { expiresAt: later };
    };
    const { code, destroyed, lines } = await run({ stacks, heard }, "sweep", "--destroy");
    assert.equal(code, 0);
    assert.deepEqual(destroyed, [pulumi("pr-3")]);
    assert.ok(lines.includes(`stack pr-1 now expires ${later} and stays`));
  });

  it("goes on after a stack that it cannot read and names it", async () => {
    const broken = { stacks: { ...scene.stacks, "pr-0": { broken: "wrong passphrase" } } };
    const { code, destroyed, lines } = await run(broken, "sweep", "--destroy");
    assert.equal(code, 1);
    assert.equal(destroyed.length, 2);
    assert.equal(lines.at(-1), "✗ the state of stack pr-0 cannot be read: wrong passphrase");
  });
});

describe("recreate", () => {
  it("takes the embedded environment down and up when no stack is named", async () => {
    const { code, ran } = await run({}, "recreate");
    assert.equal(code, 0);
    assert.deepEqual(ran, ["node embedded/cli.ts down", "node embedded/cli.ts up"]);
  });

  it("does not come up when it did not go down", async () => {
    const { code, ran } = await run({ codes: { down: 255 } }, "recreate");
    assert.equal(code, 255);
    assert.deepEqual(ran, ["node embedded/cli.ts down"]);
  });

  it("destroys a stack and brings it up again", async () => {
    const { code, ran } = await run({ stacks: { dev: {} } }, "recreate", "--stack", "dev", "--yes");
    assert.equal(code, 0);
    assert.deepEqual(ran.slice(1), [pulumi("dev"), "pulumi up --stack dev --yes --skip-preview"]);
  });

  it("does not bring up what it could not destroy", async () => {
    const failing = { stacks: { dev: {} }, codes: { "pulumi destroy": 255 } };
    const { code, ran } = await run(failing, "recreate", "--stack", "dev", "--yes");
    assert.equal(code, 255);
    assert.deepEqual(ran.slice(1), [pulumi("dev")]);
  });

  it("refuses a protected stack", async () => {
    const kept = { stacks: { dev: { protect: ["protection"] } } };
    const { code, ran, lines } = await run(kept, "recreate", "--stack", "dev", "--yes");
    assert.equal(code, 1);
    assert.deepEqual(ran, []);
    assert.deepEqual(lines, [
      "✗ stack dev must not be protected to be recreated, got protection. Nothing was touched",
      "Next: pulumi config set protect false --stack dev",
    ]);
  });
});
