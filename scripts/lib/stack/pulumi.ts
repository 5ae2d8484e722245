import { Failure } from "../failure.ts";
import { readStackState, type StackState } from "./stack-state.ts";
import type { Captured, CommandLine, StackTools } from "./tools.ts";

/** stateOf reads the state of a stack; `secrets` decrypts what is secret in it. Throws a Failure with Pulumi's own reason. */
export async function stateOf(
  tools: StackTools,
  stack: string,
  { secrets = false } = {},
): Promise<StackState> {
  const command = ["pulumi", "stack", "export", "--stack", stack] as const;
  const answer = await asked(tools, secrets ? [...command, "--show-secrets"] : command);
  if (answer.code !== 0) {
    throw new Failure(`the state of stack ${stack} cannot be read: ${reasonOf(answer)}`, {
      next: "pulumi stack ls",
    });
  }
  return readStackState(answer.stdout);
}

/** stackNames are the stacks of this project that hold anything. */
export async function stackNames(tools: StackTools): Promise<string[]> {
  const answer = await asked(tools, ["pulumi", "stack", "ls", "--json"]);
  if (answer.code !== 0) {
    throw new Failure(`the stacks cannot be listed: ${reasonOf(answer)}`, {
      next: "pulumi stack ls",
    });
  }
  const stacks = JSON.parse(answer.stdout) as { name: string; resourceCount?: number }[];
  return stacks.filter(({ resourceCount }) => resourceCount !== 0).map(({ name }) => name);
}

async function asked(tools: StackTools, command: CommandLine): Promise<Captured> {
  try {
    return await tools.capture(command);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new Failure("the pulumi CLI must be on the PATH, got none", {
      next: "npm run shell -- pulumi version",
    });
  }
}

/** The last line that says anything, without Pulumi's prefix. */
function reasonOf({ stderr, code }: Captured): string {
  const lines = stderr.split("\n").map((line) => line.trim());
  const last = lines.findLast((line) => line !== "");
  return last?.replace(/^error: /, "") ?? `exit code ${code}`;
}
