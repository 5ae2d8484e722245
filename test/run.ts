// Runs a suite: node test/run.ts check | unit | e2e | e2e:full
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

import { formatDuration, stderrLog as log } from "../scripts/lib/log.ts";
import { endToEnd } from "./support/end-to-end.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A step of a suite: its name and the command that fails when it does. */
type Step = readonly [name: string, command: readonly [string, ...string[]]];

const runner = ["node", "--disable-warning=ExperimentalWarning", "--test"] as const;
const bounded = ["--test-timeout=300000", "--test-reporter=spec"];

/** Loading the Kubernetes client costs more than most of these tests: they share one process, and keep no state in it. */
const scripts: Step = [
  "tests of the scripts",
  [...runner, "--experimental-test-isolation=none", ...bounded, "test/scripts/**/*.test.ts"],
];

/** Each file in a process of its own: the program's engine and the state home are global. */
const others: Step = [
  "tests of the program, its components and the embedded environment",
  [
    ...runner,
    "--test-concurrency=2",
    ...bounded,
    "test/{components,docs,embedded,examples,program}/**/*.test.ts",
  ],
];

const suites: Readonly<Record<string, readonly Step[]>> = {
  unit: [scripts, others],
  check: [
    ["format", ["prettier", "--check", "--log-level=warn", "."]],
    ["types", ["tsc", "--noEmit"]],
    ["lint", ["eslint", "--max-warnings=0", "."]],
    scripts,
    others,
  ],
};

/** Runs the command and returns its exit code with what it printed. */
async function outcome(command: readonly [string, ...string[]]) {
  const [program, ...programArguments] = command;
  const child = spawn(program, programArguments, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
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
