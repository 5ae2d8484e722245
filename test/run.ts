// Runs a suite: node test/run.ts check | unit | e2e | e2e:full
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { rareCollection } from "../embedded/garbage-collection.ts";
import { formatDuration, stderrLog as log } from "../scripts/lib/log.ts";
import { endToEnd } from "./support/end-to-end.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A step of a suite: its name and the command that fails when it does. */
type Step = readonly [name: string, command: readonly [string, ...string[]]];

const runner = ["node", "--disable-warning=ExperimentalWarning", "--test"] as const;
const reported = "--test-reporter=spec";
/** As the program starts: Pulumi.yaml says why. */
const beforeSdk = "--require=./scripts/before-sdk.ts";
/** Files share a process, and it is the process that Node bounds. */
const processBound = "--test-timeout=900000";

/** The test files of folders of test/, at any depth. */
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
function together(name: string, files: readonly string[]): Step {
  const shared = "--experimental-test-isolation=none";
  return [name, [...runner, beforeSdk, shared, processBound, reported, ...files]];
}

const scripts = filesOf("scripts");
const asProcesses = scripts.filter((file) => dirname(file) === join("test", "scripts"));
const changing = filesOf("scripts/lib/drain", "scripts/lib/repair", "scripts/lib/restore");
const others = scripts.filter((file) => !asProcesses.includes(file) && !changing.includes(file));

const program = filesOf("program");
const components = filesOf("components");
/** What loads the SDKs of the clouds. */
const ofClouds = [...components, ...program].filter((file) => /\/(aks|eks)[-./]/.test(file));
const notOfClouds = (file: string) => !ofClouds.includes(file);

/** The longest first, so that none is left over at the end. */
const tests: readonly Step[] = [
  together("tests of the program", program.filter(notOfClouds)),
  together("tests of drain, repair and restore", changing),
  together("tests of the clouds", ofClouds),
  together("tests of the scripts as processes", asProcesses),
  together("tests of the embedded environment", filesOf("embedded")),
  together("tests of the other scripts", others),
  together("tests of components, documents and examples", [
    ...components.filter(notOfClouds),
    ...filesOf("docs", "examples"),
  ]),
];

const suites: Readonly<Record<string, readonly Step[]>> = {
  unit: tests,
  check: [
    ...tests.slice(0, -1),
    ["format", ["oxfmt", "--check"]],
    ["types and lint", ["oxlint"]],
    ...tests.slice(-1),
  ],
};

/** Runs the command and returns its exit code with what it printed. */
async function outcome(command: readonly [string, ...string[]]) {
  const [program, ...programArguments] = command;
  const child = spawn(program, programArguments, {
    cwd: root,
    // What Node compiles is kept by its content.
    env: {
      NODE_COMPILE_CACHE: join(root, "node_modules", ".cache", "node"),
      ...rareCollection(),
      ...process.env,
    },
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

/** Runs the steps, the first ones first; one more than there are processors, because tests also wait. */
async function runSteps(steps: readonly Step[]): Promise<boolean> {
  const queue = steps.values();
  const passed: boolean[] = [];
  const work = async () => {
    for (const step of queue) passed.push(await runStep(step));
  };
  await Promise.all(Array.from({ length: availableParallelism() + 1 }, work));
  return passed.every(Boolean);
}

const [suite = "check"] = process.argv.slice(2);
const steps = suites[suite];
if (steps !== undefined) {
  process.exitCode = (await runSteps(steps)) ? 0 : 1;
} else if (suite === "e2e" || suite === "e2e:full") {
  process.exitCode = await endToEnd({ root, full: suite === "e2e:full", log });
} else {
  log.fail(`the suite must be check, unit, e2e or e2e:full, got "${suite}". Try: npm test`);
  process.exitCode = 2;
}
