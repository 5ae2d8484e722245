import { Failure } from "../failure.ts";
import { type DestroyOptions, destroyStack } from "./destroy.ts";
import { stateOf } from "./pulumi.ts";
import type { CommandLine, StackTools } from "./tools.ts";

export interface RecreateOptions extends Pick<DestroyOptions, "yes"> {
  /** Undefined: the stack of the embedded environment, cluster and all. */
  readonly stack: string | undefined;
}

/**
 * recreate destroys a stack that nobody protects and brings it up again under the same names. Returns the exit code of
 * what failed, else 0.
 */
export async function recreate(tools: StackTools, options: RecreateOptions): Promise<number> {
  const { stack } = options;
  if (stack === undefined) {
    const embedded = (verb: string): CommandLine => ["node", "embedded/cli.ts", verb];
    return inTurn(tools, [embedded("down"), embedded("up")]);
  }
  const state = await stateOf(tools, stack);
  if (state.protected.length > 0) {
    throw new Failure(
      `stack ${stack} must not be protected to be recreated, got ${state.protected.join(", ")}. Nothing was touched`,
      { next: `pulumi config set protect false --stack ${stack}` },
    );
  }
  const code = await destroyStack(tools, { ...options, stack, confirm: undefined });
  if (code !== 0) return code;
  return inTurn(tools, [["pulumi", "up", "--stack", stack, "--yes", "--skip-preview"]]);
}

async function inTurn(tools: StackTools, commands: readonly CommandLine[]): Promise<number> {
  for (const command of commands) {
    const code = await tools.run(command);
    if (code !== 0) return code;
  }
  return 0;
}
