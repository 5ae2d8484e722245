import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

import { nodeArguments } from "../support/node-arguments.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** What the statements print as JSON, in a Node that starts as Pulumi starts it, with the SDK as `pulumi`. */
function printed(statements: string, flags = nodeArguments): unknown {
  const script = `
    const pulumi = require("@pulumi/pulumi");
    const parts = { typescript: "/typescript/lib/", arborist: "/@npmcli/arborist/lib/arborist/" };
    const loaded = () => Object.keys(parts).filter((name) =>
      Object.keys(require.cache).some((file) => file.includes(parts[name])));
    (async () => console.log(JSON.stringify(await (async () => { ${statements} })())))();`;
  const output = execFileSync(process.execPath, [...flags, "-e", script], {
    cwd: root,
    encoding: "utf8",
  });
  return JSON.parse(output);
}

describe("a program that starts as Pulumi.yaml says", () => {
  it("loads neither TypeScript nor Arborist before a function is to be serialised, which works all the same", () => {
    const statements = `
      const started = loaded();
      const one = 41;
      const { text } = await pulumi.runtime.serializeFunction(() => one + 1);
      const serialised = loaded();
      const paths = await pulumi.runtime.computeCodePaths();
      const found = [...paths.keys()].includes("node_modules/yaml");
      return { started, isText: text.includes("one + 1"), serialised, found, all: loaded() };`;
    assert.deepEqual(printed(statements), {
      started: [],
      isText: true,
      serialised: ["typescript"],
      found: true,
      all: ["typescript", "arborist"],
    });
  });

  it("would load both otherwise", () => {
    assert.deepEqual(printed("return loaded();", []), ["typescript", "arborist"]);
  });

  // On port 9 of loopback nobody answers, as on that of an engine that was killed.
  it("ends with an error when the engine is gone before its first answer", () => {
    const engine = ["--engine=127.0.0.1:9", "--monitor=127.0.0.1:9"];
    const run = ["node_modules/@pulumi/pulumi/cmd/run", ...engine, "--stack=dev", "index.ts"];
    const { status, stderr } = spawnSync(process.execPath, [...nodeArguments, ...run], {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, PULUMI_CONFIG: "{}" },
      timeout: 30_000,
    });
    assert.equal(status, 32, stderr);
    assert.match(stderr, /14 UNAVAILABLE/);
  });
});
