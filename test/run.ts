// Runs a suite: node test/run.ts check | unit | e2e | e2e:full
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { formatDuration, stderrLog as log } from "../scripts/lib/log.ts";
import { endToEnd } from "./support/end-to-end.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A step of a suite: its name and the command that fails when it does. */
type Step = readonly [name: string, command: readonly [string, ...string[]]];

const runner = ["node", "--disable-warning=ExperimentalWarning", "--test"] as const;
const reported = "--test-reporter=spec";
/** Of one file; where files share a process, it is the process that Node bounds. */
const fileBound = "--test-timeout=300000";
const processBound = "--test-timeout=900000";

/** The test files of a folder of test/. */
function filesOf(...folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, "test", folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".test.ts"))
      .map((file) => join("test", folder, file))
      .sort(),
  );
}

/**
 * Loading the Kubernetes client or the Pulumi SDK costs more than most of these tests: those of a step share one process,
 * and leave no state in it.
 */
function together(name: string, ...folders: readonly string[]): Step {
  return [
    name,
    [
      ...runner,
      ...["--experimental-test-isolation=none", processBound, reported],
      ...filesOf(...folders),
    ],
  ];
}

/** Each file in a process of its own: the program's engine and the state home are global. */
function apart(name: string, folder: string): Step {
  return [name, [...runner, "--test-concurrency=2", fileBound, reported, ...filesOf(folder)]];
}

const tests: readonly Step[] = [
  together("tests of the scripts", "scripts"),
  together("tests of components, documents and examples", "components", "docs", "examples"),
  together("tests of the embedded environment", "embedded"),
  apart("tests of the program", "program"),
];

/** A file that prettier has passed is read again when its content, the options or prettier are others. */
const keptByContent = [
  "--cache",
  "--cache-strategy=content",
  `--cache-location=${join("node_modules", ".cache", "prettier-passed.json")}`,
];

const suites: Readonly<Record<string, readonly Step[]>> = {
  unit: tests,
  check: [
    ["format", ["prettier", "--check", "--log-level=warn", ...keptByContent, "."]],
    ["types and lint", ["node", "--disable-warning=ExperimentalWarning", "test/types-and-lint.ts"]],
    ...tests,
  ],
};

/** Runs the command and returns its exit code with what it printed. */
async function outcome(command: readonly [string, ...string[]]) {
  const [program, ...programArguments] = command;
  const child = spawn(program, programArguments, {
    cwd: root,
    // What Node compiles is kept by its content.
    env: { NODE_COMPILE_CACHE: join(root, "node_modules", ".cache", "node"), ...process.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const add = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on("data", add);
  child.stderr.on("data", add);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once("error", reject);
  child.once("close", (code) => {
    resolve(code ?? 1);
  });
  return { code: await promise, output };
}

/** Runs one step; what it printed appears as a whole, because others run beside it. */
async function runStep([name, command]: Step): Promise<boolean> {
  const started = Date.now();
  log.start(name);
  const { code, output } = await outcome(command);
  process.stdout.write(output);
  const took = formatDuration(Date.now() - started);
  if (code === 0) log.done(`${name} in ${took}`);
  else log.fail(`${name}: exit code ${code} after ${took}`);
  return code === 0;
}

const [suite = "check"] = process.argv.slice(2);
const steps = suites[suite];
if (steps !== undefined) {
  const passed = await Promise.all(steps.map(runStep));
  process.exitCode = passed.every(Boolean) ? 0 : 1;
} else if (suite === "e2e" || suite === "e2e:full") {
  process.exitCode = await endToEnd({ root, full: suite === "e2e:full", log });
} else {
  log.fail(`the suite must be check, unit, e2e or e2e:full, got "${suite}". Try: npm test`);
  process.exitCode = 2;
}
