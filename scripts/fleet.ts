import { readFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";

import { runFleet } from "./lib/commands/run.ts";
import type { Terminal } from "./lib/commands/session.ts";
import { stderrLog } from "./lib/log.ts";

/** The commands that a person types. */
const ending = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.on(name, () => {
    ending.abort(new Error(`ended by ${name}`));
  });
}
// Whoever reads the result may stop reading, as head does.
process.stdout.on("error", () => process.exit());

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question, { signal: ending.signal });
  } finally {
    lines.close();
  }
}

const terminal: Terminal = {
  variables: process.env,
  write: (text) => process.stdout.write(text),
  log: stderrLog,
  get columns() {
    return process.stdout.isTTY ? process.stdout.columns : undefined;
  },
  get rows() {
    return process.stdout.isTTY ? process.stdout.rows : undefined;
  },
  ask: process.stdin.isTTY ? ask : undefined,
  readInput: () => Promise.resolve(readFileSync(0, "utf8")),
  signal: ending.signal,
};

process.exitCode = await runFleet(process.argv.slice(2), terminal);
// A connection that was given up while it was being made would keep the process for another half minute.
process.stdout.write("", () => process.exit());
