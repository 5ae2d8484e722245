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

let runs = 0;

/** startProgram runs index.ts, as it is, against an engine in this process, which writes the names of resources down. */
export async function startProgram(options: ProgramOptions = {}, names: string[] = []) {
  const { config = embedded, hold } = options;
  const engine = new MockEngine(options, names);
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
  await ended(engine);
  return { engine, outputs: await outputs };
}

/** Resolves when the last resource is registered; rejects when the program stops before. */
export async function ended(engine: MockEngine): Promise<void> {
  await engine.registration("post-bootstrap-script");
  await engine.idle();
}

/** A directory in which embedded clusters are recorded, used by this process until it is removed. */
export class ClusterRecords {
  readonly directory = mkdtempSync(join(tmpdir(), "flux-bootstrap-"));

  constructor() {
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
