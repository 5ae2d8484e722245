import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { runFleet } from "../../../../../scripts/lib/commands/run.ts";
import { createLog } from "../../../../../scripts/lib/log.ts";
import type { FakeApiServer } from "../../../../support/api-server.ts";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Circumstances {
  /** What the person answers; nobody is there without it. */
  readonly answer?: string;
  readonly variables?: NodeJS.ProcessEnv;
  /** Of a terminal; stdout is a file without it. */
  readonly columns?: number;
  readonly rows?: number;
  /** What stands on stdin. */
  readonly input?: string;
  readonly signal?: AbortSignal;
  /** Hears what goes to stdout as it is written. */
  readonly wrote?: (text: string) => void;
}

/** Runs a command line as scripts/fleet.ts does, in this process. */
export async function run(argv: readonly string[], around: Circumstances = {}): Promise<Ran> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const { answer, columns, rows, input = "", variables = {} } = around;
  const code = await runFleet(argv, {
    variables,
    write: (text) => {
      stdout.push(text);
      around.wrote?.(text);
    },
    log: createLog((line) => stderr.push(line)),
    columns,
    rows,
    ask:
      answer === undefined
        ? undefined
        : (question) => {
            stderr.push(question);
            return Promise.resolve(answer);
          },
    readInput: () => Promise.resolve(input),
    signal: around.signal ?? new AbortController().signal,
  });
  return { code, stdout: stdout.join(""), stderr: stderr.join("\n") };
}

/** A kubeconfig file of the server, in a directory that `remove` removes. */
export async function kubeconfigFile(server: FakeApiServer) {
  const directory = await mkdtemp(join(tmpdir(), "fleet-"));
  const file = join(directory, "config");
  await writeFile(file, server.kubeconfig());
  return {
    directory,
    file,
    variables: { KUBECONFIG: file },
    remove: () => rm(directory, { recursive: true }),
  };
}
