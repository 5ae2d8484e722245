import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { layoutOf } from "../../embedded/cluster/layout.ts";
import { type ClusterRecord } from "../../embedded/cluster/record.ts";
import { startCluster } from "../../embedded/cluster/start.ts";
import { deleteCluster } from "../../embedded/cluster/stop.ts";
import { type EmbeddedPulumi, prepareEnvironment } from "../../embedded/pulumi/environment.ts";
import { ensureStack } from "../../embedded/pulumi/stack.ts";
import { ensureToolchain, type Toolchain } from "../../embedded/toolchain/build.ts";
import { Cluster } from "../../scripts/lib/cluster.ts";
import { createLog } from "../../scripts/lib/log.ts";

const quiet = createLog(() => undefined);

export const checkout = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams in the order of arrival. */
  readonly output: string;
}

/** Embedded is a running embedded cluster with the Pulumi environment around it. */
export class Embedded {
  readonly name: string;
  readonly record: ClusterRecord;
  readonly pulumiEnvironment: EmbeddedPulumi;
  readonly toolchain: Toolchain;

  private constructor(toolchain: Toolchain, record: ClusterRecord, pulumi: EmbeddedPulumi) {
    this.toolchain = toolchain;
    this.record = record;
    this.name = record.name;
    this.pulumiEnvironment = pulumi;
  }

  /** Starts the cluster, or finds it running, and prepares its stack. */
  static async start(name = "dev", clone = checkout): Promise<Embedded> {
    const toolchain = await ensureToolchain({ log: quiet });
    const record = await startCluster({ name, toolchain, checkout: clone, log: quiet });
    const pulumi = await prepareEnvironment({ checkout: clone, toolchain, stack: name });
    await ensureStack(pulumi);
    return new Embedded(toolchain, record, pulumi);
  }

  /** A cluster that no earlier test has touched, nor its audit log. The stack of that name has to be empty. */
  static async fresh(name = "dev"): Promise<Embedded> {
    await deleteCluster(name, quiet);
    return Embedded.start(name);
  }

  /** A client of the cluster as its administrator. */
  get cluster(): Cluster {
    return new Cluster(readFileSync(layoutOf(this.name).kubeconfig, "utf8"), "test");
  }

  /** Runs a command in the embedded environment. */
  async run(
    command: readonly [string, ...string[]],
    environment: NodeJS.ProcessEnv = {},
  ): Promise<CommandResult> {
    return runCommand(this.pulumiEnvironment, command, environment);
  }

  /** `pulumi <arguments>` without questions and colours. */
  async pulumi(
    programArguments: readonly string[],
    environment: NodeJS.ProcessEnv = {},
  ): Promise<CommandResult> {
    const plain = ["--non-interactive", "--color", "never"] as const;
    return this.run(["pulumi", ...programArguments, ...plain], environment);
  }

  async up(environment: NodeJS.ProcessEnv = {}): Promise<CommandResult> {
    return this.pulumi(["up", "--yes", "--skip-preview"], environment);
  }

  async destroy(environment: NodeJS.ProcessEnv = {}): Promise<CommandResult> {
    return this.pulumi(["destroy", "--yes", "--skip-preview"], environment);
  }

  /** Forgets the stack, whatever it holds, and removes the cluster with all that is in it. */
  async discard(): Promise<void> {
    const forgotten = this.pulumi(["stack", "rm", this.name, "--force", "--yes"]);
    await Promise.all([forgotten, deleteCluster(this.name, quiet)]);
    rmSync(this.pulumiEnvironment.project, { recursive: true, force: true });
  }

  /** The writes in the API server's audit log, in the order of their completion. */
  audit(): AuditEvent[] {
    const text = readFileSync(layoutOf(this.name).audit, "utf8");
    return text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as AuditEvent);
  }

  /** The path of a file of the cluster. */
  path(...parts: string[]): string {
    return join(layoutOf(this.name).root, ...parts);
  }
}

/** Runs a command in an embedded environment, in its checkout. */
export async function runCommand(
  pulumi: EmbeddedPulumi,
  command: readonly [string, ...string[]],
  environment: NodeJS.ProcessEnv = {},
): Promise<CommandResult> {
  const [program, ...programArguments] = command;
  const child = spawn(program, programArguments, {
    cwd: pulumi.checkout,
    env: { ...pulumi.environment, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr, output] = ["", "", ""];
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
    output += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
    output += chunk.toString();
  });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once("error", reject);
  child.once("close", (code, signal) => {
    resolve(code ?? (signal === null ? 1 : 128));
  });
  return { code: await promise, stdout, stderr, output };
}

/** AuditEvent is one write as the API server recorded it. */
export interface AuditEvent {
  readonly verb: string;
  readonly userAgent?: string;
  readonly user: { readonly username: string };
  readonly objectRef?: {
    readonly resource: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly subresource?: string;
    readonly apiGroup?: string;
  };
  readonly responseStatus?: { readonly code: number };
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
}

/**
 * The writes of this project's programs, of Pulumi and of the Helm inside it: they all work as the administrator. A
 * question after rights is none.
 */
export function ownWrites(events: readonly AuditEvent[]): AuditEvent[] {
  return events.filter(
    ({ user, userAgent = "", objectRef }) =>
      user.username === "embedded-admin" &&
      objectRef?.resource !== "selfsubjectaccessreviews" &&
      !/^(flux-bootstrap\/(test|embedded)|kubectl)/.test(userAgent),
  );
}
