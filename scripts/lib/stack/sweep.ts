import { destroyStack } from "./destroy.ts";
import { stackNames, stateOf } from "./pulumi.ts";
import type { StackState } from "./stack-state.ts";
import { interrupted, type StackTools } from "./tools.ts";

export interface SweepOptions {
  /** Whether what is past its time is destroyed; else it is listed only. */
  readonly destroy: boolean;
}

interface Expired {
  readonly stack: string;
  readonly expiresAt: string;
  readonly isProtected: boolean;
}

/**
 * sweep lists the stacks of this project that are past their `expiresAt`, the oldest first, or destroys them one after
 * the other. A protected stack is never destroyed. One that cannot be read or destroyed holds up no other: it is named at
 * the end, and the exit code is 1.
 */
export async function sweep(tools: StackTools, { destroy }: SweepOptions): Promise<number> {
  const failures: string[] = [];
  const expired = await findExpired(tools, failures);
  for (const { stack, expiresAt, isProtected } of expired) {
    tools.write(`${stack}  expired ${expiresAt}${isProtected ? "  protected" : ""}\n`);
  }
  if (expired.length === 0) tools.log.line("no stack is past its expiresAt");
  if (destroy) await destroyAll(tools, expired, failures);
  for (const failure of failures) tools.log.fail(failure);
  return failures.length === 0 ? 0 : 1;
}

async function findExpired(tools: StackTools, failures: string[]): Promise<Expired[]> {
  const found: Expired[] = [];
  for (const stack of await stackNames(tools)) {
    const state = await attempt(failures, () => stateOf(tools, stack));
    const { expiresAt, protected: kept = [] } = state ?? ({} as Partial<StackState>);
    if (expiresAt === undefined || !isPast(tools, expiresAt)) continue;
    found.push({ stack, expiresAt, isProtected: kept.length > 0 });
  }
  return found.toSorted((a, b) => Date.parse(a.expiresAt) - Date.parse(b.expiresAt));
}

async function destroyAll(tools: StackTools, expired: readonly Expired[], failures: string[]) {
  for (const { stack, isProtected } of expired) {
    if (isProtected) {
      tools.log.line(`stack ${stack} is protected and stays`);
      continue;
    }
    const code = await attempt(failures, () => destroyExpired(tools, stack));
    if (code === interrupted) {
      failures.push("the sweep was interrupted: what is past its time and was not destroyed stays");
      return;
    }
    if (code !== undefined && code !== 0) {
      failures.push(`stack ${stack}: pulumi destroy ended with ${code}`);
    }
  }
}

/** Destroys the stack unless it was given more time while others were destroyed. */
async function destroyExpired(tools: StackTools, stack: string): Promise<number> {
  const { expiresAt } = await stateOf(tools, stack);
  if (expiresAt === undefined || !isPast(tools, expiresAt)) {
    tools.log.line(`stack ${stack} now expires ${expiresAt ?? "never"} and stays`);
    return 0;
  }
  tools.log.start(`destroying stack ${stack}`);
  const code = await destroyStack(tools, { stack, confirm: undefined, yes: true });
  if (code === 0) tools.log.done(`stack ${stack} is destroyed`);
  return code;
}

function isPast(tools: StackTools, expiresAt: string): boolean {
  return Date.parse(expiresAt) <= tools.now().getTime();
}

async function attempt<T>(failures: string[], work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    failures.push(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}
