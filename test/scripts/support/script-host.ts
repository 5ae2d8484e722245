import { fileURLToPath } from "node:url";

import type { Finished } from "./run.ts";

/** A script of scripts/ to run, with all the variables that it is to see. */
export interface HostRequest {
  readonly id: number;
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface HostAnswer extends Finished {
  readonly id: number;
}

// Runs scripts one after the other in this process, so that they load the Kubernetes client once. Each sees the variables,
// the streams and the exit of a process of its own.
let last = Promise.resolve();
process.on("message", (request: HostRequest) => {
  last = last.then(async () => {
    const answer: HostAnswer = { id: request.id, ...(await run(request)) };
    process.send?.(answer);
  });
});
process.once("disconnect", () => {
  process.kill(process.pid, "SIGKILL");
});

const own = {
  env: process.env,
  exit: process.exit.bind(process),
  stdout: process.stdout.write.bind(process.stdout),
  stderr: process.stderr.write.bind(process.stderr),
};

async function run({ id, name, environment }: HostRequest): Promise<Finished> {
  const output = { stdout: "", stderr: "" };
  const { promise, resolve } = Promise.withResolvers<undefined>();
  process.env = { ...environment };
  process.exitCode = undefined;
  process.exit = (() => {
    resolve(undefined);
  }) as unknown as typeof process.exit;
  for (const stream of ["stdout", "stderr"] as const) {
    process[stream].write = ((text: string, written?: () => void) => {
      output[stream] += text;
      if (written !== undefined) setImmediate(written);
      return true;
    }) as typeof process.stdout.write;
  }
  const file = fileURLToPath(new URL(`../../../scripts/${name}`, import.meta.url));
  try {
    // Under another name, so that it runs again.
    await import(`${file}?run=${id}`);
    await promise;
    return { code: exitCode(), ...output };
  } catch (error) {
    return { code: 1, ...output, stderr: `${output.stderr}${String(error)}` };
  } finally {
    process.env = own.env;
    process.exit = own.exit;
    process.stdout.write = own.stdout;
    process.stderr.write = own.stderr;
    process.exitCode = undefined;
  }
}

/** As the script left it; the compiler would take it for what was set above. */
function exitCode(): number {
  return Number(process.exitCode ?? 0);
}
