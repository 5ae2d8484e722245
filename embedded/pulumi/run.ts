import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";

import { stateHome } from "../home.ts";
import type { EmbeddedPulumi } from "./environment.ts";

export interface RunOptions {
  /** @default the checkout */
  readonly directory?: string;
  /** Where stdout and stderr go. @default "inherit" */
  readonly output?: "inherit" | "ignore";
}

/**
 * Runs a command in the embedded environment and returns its exit code. Its temporary files go with it. An interrupt reaches the command, which decides
 * how to end: Pulumi finishes what it does at the first and gives up at the second.
 */
export async function run(
  pulumi: EmbeddedPulumi,
  command: readonly [string, ...string[]],
  options: RunOptions = {},
): Promise<number> {
  const { directory = pulumi.checkout, output = "inherit" } = options;
  const [program, ...programArguments] = command;
  // The Kubernetes provider leaves a copy of the kubeconfig in the temporary directory each time it is configured.
  const temporary = mkdtempSync(join(stateHome(), "run-"));
  const child = spawn(program, programArguments, {
    cwd: directory,
    env: { ...pulumi.environment, TMPDIR: temporary },
    stdio: ["inherit", output, output],
  });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once("error", reject);
  child.once("close", (code, signal) => {
    resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
  });
  // A terminal sends an interrupt to the whole group: the child has it already.
  const ignore = () => undefined;
  const pass = () => child.kill("SIGTERM");
  process.on("SIGINT", ignore);
  process.on("SIGTERM", pass);
  try {
    return await promise;
  } finally {
    process.off("SIGINT", ignore);
    process.off("SIGTERM", pass);
    rmSync(temporary, { recursive: true, force: true });
  }
}
