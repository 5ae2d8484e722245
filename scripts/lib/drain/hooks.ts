import { z } from "zod";

import { parseDuration } from "../duration.ts";
import { Failure } from "../failure.ts";
import { formatDuration, type Log } from "../log.ts";
import { type PrivateKubeconfig, runCommand } from "../restore/command-run.ts";

/** A program that runs on this machine before a drain touches anything, such as a backup. */
export interface DrainHook {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly timeoutMilliseconds: number;
}

interface HookContext {
  readonly kubeconfig: PrivateKubeconfig;
  readonly log: Log;
  readonly signal: AbortSignal;
}

const timeout = z
  .string()
  .transform((text) => parseDuration(text) ?? 0)
  .refine((milliseconds) => milliseconds > 0);
const hook = z.object({
  name: z.string().min(1),
  command: z.tuple([z.string().min(1)], z.string()),
  timeout: timeout.default(300_000),
});

const mostLines = 10;

/** parseHooks reads the list that the program passes: `[{"name", "command": […], "timeout": "5m"}]`. */
export function parseHooks(document: unknown): DrainHook[] {
  const { data } = z.array(hook).safeParse(document);
  if (data === undefined) throw new Error('be a JSON list of {"name", "command", "timeout"}');
  return data.map(({ name, command, timeout: timeoutMilliseconds }) => {
    return { name, command, timeoutMilliseconds };
  });
}

/**
 * runHooks runs the hooks one after the other, each with KUBECONFIG naming a private file that is removed. Rejects with a
 * Failure at the first that does not end with 0 in its time.
 */
export async function runHooks(hooks: readonly DrainHook[], context: HookContext): Promise<void> {
  for (const one of hooks) await runHook(one, context);
}

async function runHook(
  { name, command, timeoutMilliseconds }: DrainHook,
  { kubeconfig, log, signal }: HookContext,
): Promise<void> {
  const started = Date.now();
  const tail: string[] = [];
  const line = (text: string) => {
    if (text.trim() === "") return;
    log.line(`  ${name}: ${text}`);
    tail.push(text.slice(0, 300));
    if (tail.length > mostLines) tail.shift();
  };
  log.start(`destroy hook ${name}`);
  const over = AbortSignal.timeout(timeoutMilliseconds);
  const failed = (what: string) =>
    new Failure(
      `the destroy hook ${name} must end with exit code 0 within ${formatDuration(timeoutMilliseconds)}, got ${what}. ` +
        "Nothing was deleted",
      { details: tail.map((text) => `${name}: ${text}`), next: "pulumi config get drain.hooks" },
    );
  const run = {
    argv: command,
    // What other hooks are told is not for this one.
    environment: { DRAIN_HOOKS: "" },
    kubeconfig,
    signal: AbortSignal.any([signal, over]),
    line,
    answers: false,
  };
  const { code } = await runCommand(run).catch((error: unknown) => {
    if (over.aborted && !signal.aborted) throw failed("no end");
    throw error;
  });
  if (code !== 0) throw failed(code === 127 ? "127 (it cannot be run)" : String(code));
  log.done(`destroy hook ${name} in ${formatDuration(Date.now() - started)}`);
}
