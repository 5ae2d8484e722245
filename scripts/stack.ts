import { createInterface } from "node:readline/promises";

import { stderrLog } from "./lib/log.ts";
import { runStack } from "./lib/stack/run.ts";
import { captured, runShown, runWith, type StackTools } from "./lib/stack/tools.ts";

/** The commands around a whole stack: destroy, recreate, sweep. */
async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}

const tools: StackTools = {
  variables: process.env,
  log: stderrLog,
  write: (text) => process.stdout.write(text),
  ask: process.stdin.isTTY ? ask : undefined,
  now: () => new Date(),
  run: (command, kubeconfig) =>
    kubeconfig === undefined
      ? runShown(command)
      : runWith(command, kubeconfig, (line) => {
          stderrLog.line(line);
        }),
  capture: captured,
};

process.exitCode = await runStack(process.argv.slice(2), tools);
