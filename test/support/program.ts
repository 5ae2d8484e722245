import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { MockEngine, type MockOptions } from "./mocks.ts";
import { embedded, secretKeys, type Values } from "./settings.ts";

export interface ProgramOptions extends MockOptions {
  /** @default what an embedded cluster needs */
  readonly config?: Values;
  /** The create of that resource does not end. */
  readonly hold?: string;
}

/** The variables that this process was started with. */
const ambient = { ...process.env };

let runs = 0;
const { stackTraceLimit } = Error;

/** startProgram runs index.ts, as it is, against an engine in this process, which writes the names of resources down. */
export async function startProgram(options: ProgramOptions = {}, names: string[] = []) {
  const { config = embedded, hold } = options;
  const engine = new MockEngine(options, names);
  // The SDK records the stack of every promise, which is most of the time of a run.
  Error.stackTraceLimit = 0;
  await engine.start(config, secretKeys);
  if (hold !== undefined) engine.hold(hold);
  runs += 1;
  const outputs = import(`../../index.ts?run=${runs}`) as Promise<
    Readonly<Record<string, unknown>>
  >;
  return { engine, outputs };
}

/** Runs the program to its end. */
export async function runProgram(options: ProgramOptions = {}) {
  const { engine, outputs } = await startProgram(options);
  // A program that stops registers no last resource.
  const [result] = await Promise.all([outputs, ended(engine)]);
  return { engine, outputs: result };
}

/** Resolves when the last resource is registered; rejects when the program stops before. */
export async function ended(engine: MockEngine): Promise<void> {
  await engine.registration("post-bootstrap-script");
  await engine.idle();
  Error.stackTraceLimit = stackTraceLimit;
}

/** A directory in which embedded clusters are recorded, for the programs that are run with it. */
export class ClusterRecords {
  readonly directory = mkdtempSync(join(tmpdir(), "flux-bootstrap-"));

  /** startProgram with these records and variables, which are those of this process from then on. */
  async start(options: ProgramOptions = {}, variables: NodeJS.ProcessEnv = {}) {
    process.env = { ...ambient, ...variables, FLUX_BOOTSTRAP_HOME: this.directory };
    return startProgram(options);
  }

  /** runProgram with these records and variables. */
  async run(options: ProgramOptions = {}, variables: NodeJS.ProcessEnv = {}) {
    const { engine, outputs } = await this.start(options, variables);
    await ended(engine);
    return { engine, outputs: await outputs };
  }

  /** Makes these the records of this process. */
  use(): void {
    process.env["FLUX_BOOTSTRAP_HOME"] = this.directory;
  }

  add(name: string, kubeconfig: string): void {
    const cluster = join(this.directory, "clusters", name);
    mkdirSync(cluster, { recursive: true });
    const record = {
      name,
      id: "id",
      kubeconfig: join(cluster, "kubeconfig"),
      gitUrl: "http://127.0.0.1:8080/fleet.git",
      registry: "127.0.0.1:5000",
      operatorChart: "embedded/chart/flux-operator",
    };
    writeFileSync(record.kubeconfig, kubeconfig);
    writeFileSync(join(cluster, "connection.json"), JSON.stringify(record));
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
