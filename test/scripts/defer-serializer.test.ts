import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
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
  it("loads neither TypeScript nor Arborist, which the SDK alone does", () => {
    assert.deepEqual(printed("return loaded();"), []);
    assert.deepEqual(printed("return loaded();", []), ["typescript", "arborist"]);
  });

  it("turns a function into text all the same", () => {
    const statements = `
      const one = 41;
      const { text } = await pulumi.runtime.serializeFunction(() => one + 1);
      return { text, loaded: loaded() };`;
    const { text, loaded } = printed(statements) as { text: string; loaded: string[] };
    assert.match(text, /one \+ 1/);
    assert.deepEqual(loaded, ["typescript"]);
  });

  it("finds the packages that a function needs all the same", () => {
    const statements = `
      const paths = await pulumi.runtime.computeCodePaths();
      return { found: [...paths.keys()].includes("node_modules/yaml"), loaded: loaded() };`;
    assert.deepEqual(printed(statements), { found: true, loaded: ["arborist"] });
  });
});
