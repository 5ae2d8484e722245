import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

const under = (directory: string) =>
  readdirSync(join(root, directory), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join(directory, file));

const source = (file: string) => readFileSync(join(root, file), "utf8");

const allImports = /(?:from|import)[\s(]*"(\.[^"]+)"/g;
const staticImports = /^(?:import|export)\s(?!type)[^;]*?from "(\.[^"]+)";/gm;

/** The files that a file imports, as paths of the project; packages are left out. */
function importsOf(file: string, imports: RegExp): string[] {
  const specifiers = source(file).matchAll(imports);
  return [...specifiers].map(([, path = ""]) => relative(root, join(root, dirname(file), path)));
}

function reachedFrom(start: readonly string[], imports = allImports): Set<string> {
  const reached = new Set(start);
  for (const file of reached) for (const next of importsOf(file, imports)) reached.add(next);
  return reached;
}

const program = ["index.ts", ...under("components")];

describe("the program", () => {
  it("is all reached from index.ts", () => {
    const reached = reachedFrom(["index.ts"]);
    assert.deepEqual(
      program.filter((file) => !reached.has(file)),
      [],
    );
  });

  it("imports nothing of the embedded environment, nor do the scripts", () => {
    const reached = [...reachedFrom([...program, ...under("scripts")])];
    assert.ok(reached.length > 40);
    assert.deepEqual(
      reached.filter((file) => /^(embedded|test)\//.test(file)),
      [],
    );
  });

  it("starts without the Kubernetes client, which takes longer to load than all of the rest", () => {
    const started = [...reachedFrom(["index.ts"], staticImports)];
    assert.ok(started.includes("components/cluster/reader.ts"));
    assert.deepEqual(
      started.filter((file) => /client-node/.test(source(file))),
      [],
    );
  });

  it("starts without Node's fetch, which an import of node:http or node:https loads", () => {
    const started = [...reachedFrom(["index.ts"], staticImports)];
    assert.deepEqual(
      started.filter((file) => /^import (?!type)[^;]*"node:https?"/m.test(source(file))),
      [],
    );
  });

  it("imports modules of the SDKs, not the whole of any", () => {
    const whole = program.filter((file) =>
      /from "@pulumi\/((kubernetes|command|aws|azure-native)|[^"]*\/index\.js)"/.test(source(file)),
    );
    assert.deepEqual(whole, []);
  });

  it("starts without the SDK of a cloud that is not chosen", () => {
    const started = [...reachedFrom(["index.ts"], staticImports)];
    assert.deepEqual(
      started.filter((file) => /from "@pulumi\/(aws|azure-native)/.test(source(file))),
      [],
    );
  });

  const sole: readonly (readonly [what: string, pattern: RegExp, file: string])[] = [
    ["reads the configuration", /new pulumi\.Config\(|\.allConfig\(/, "components/config.ts"],
    ["makes a Command", /new Command\(/, "components/script.ts"],
    ["makes a Kubernetes provider", /new Provider\(\s*"kubernetes"/, "components/cluster/index.ts"],
  ];
  for (const [what, pattern, file] of sole) {
    it(`${what} in one place`, () => {
      assert.deepEqual(
        program.filter((candidate) => pattern.test(source(candidate))),
        [file],
      );
    });
  }

  it("sleeps nowhere", () => {
    assert.deepEqual(
      program.filter((file) => /setTimeout|setInterval/.test(source(file))),
      [],
    );
  });
});
