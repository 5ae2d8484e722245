import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type CommandResult, checkout, type Embedded } from "../embedded.ts";

/** DrainRun is the drain's script at work, started as Pulumi starts it when a stack is destroyed. */
export interface DrainRun {
  readonly child: ChildProcess;
  readonly ended: Promise<DrainEnd>;
}

export interface DrainEnd extends CommandResult {
  /** The files of the report by name; empty when there is none. */
  readonly report: Readonly<Record<string, string>>;
  readonly seconds: number;
}

/** What a drain is told by the last up and by a person. */
export type DrainVariables = Readonly<Record<string, string>>;

/** What the last up tells the drain of an embedded cluster. */
async function variablesOf(embedded: Embedded): Promise<DrainVariables> {
  return {
    KUBECONFIG_CONTENT: readFileSync(embedded.path("kubeconfig"), "utf8"),
    CLUSTER_UID: await embedded.cluster.uid(),
    CLUSTER_NAME: embedded.name,
    CLUSTER_KIND: "embedded",
    FLUX_NAMESPACE: "flux-system",
    DRAIN_TIMEOUT: "2m",
    DRAIN_VOLUMES: "delete",
  };
}

/** Runs the drain to its end. */
export async function drain(embedded: Embedded, variables: DrainVariables = {}): Promise<DrainEnd> {
  return (await startDrain(embedded, variables)).ended;
}

/** Starts the drain and kills it hard once that many steps are done; it ends by itself when there are fewer. */
export async function killDrain(embedded: Embedded, steps: number): Promise<DrainEnd> {
  const { child, ended } = await startDrain(embedded);
  let output = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    output += chunk.toString();
    const done = output.match(/^✔ \S+ gone in /gm)?.length ?? 0;
    if (done >= steps && output.includes("► deleting ")) child.kill("SIGKILL");
  });
  return ended;
}

/** Starts the drain; `variables` replace or add to what the last up says. */
export async function startDrain(
  embedded: Embedded,
  variables: DrainVariables = {},
): Promise<DrainRun> {
  const directory = mkdtempSync(join(tmpdir(), "flux-bootstrap-drain-"));
  const given = { ...(await variablesOf(embedded)), REPORT_DIRECTORY: directory, ...variables };
  const started = Date.now();
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", "scripts/drain.ts"],
    {
      cwd: checkout,
      env: { ...embedded.pulumiEnvironment.environment, ...given },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const ended = endOf(child).then((result) => {
    const report = filesIn(directory);
    rmSync(directory, { recursive: true, force: true });
    return { ...result, report, seconds: (Date.now() - started) / 1000 };
  });
  return { child, ended };
}

async function endOf(child: ChildProcess): Promise<CommandResult> {
  let [stdout, stderr, output] = ["", "", ""];
  child.stdout?.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
    output += chunk.toString();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
    output += chunk.toString();
  });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once("error", reject);
  child.once("close", (code) => {
    resolve(code ?? 128);
  });
  return { code: await promise, stdout, stderr, output };
}

function filesIn(directory: string): Record<string, string> {
  const names = readdirSync(directory);
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(join(directory, name), "utf8")]),
  );
}
