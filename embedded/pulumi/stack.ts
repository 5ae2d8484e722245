import type { EmbeddedPulumi } from "./environment.ts";
import { run } from "./run.ts";

/** Leaves a stack of that name in the backend; one that exists stays as it is. */
export async function ensureStack(pulumi: EmbeddedPulumi): Promise<void> {
  if (await stackExists(pulumi)) return;
  // In the directory of its own: `stack init` writes the salt beside the project file.
  const init = ["pulumi", "stack", "init", pulumi.stack, "--no-select"] as const;
  const code = await run(pulumi, init, { directory: pulumi.project, output: "ignore" });
  if (code === 0) return;
  throw new Error(
    `the stack ${pulumi.stack} was not made. Run: npm run shell -- ${init.join(" ")}`,
  );
}

/** Whether the backend has a stack of that name. */
export async function stackExists(pulumi: EmbeddedPulumi): Promise<boolean> {
  const show = ["pulumi", "stack", "history", "--stack", pulumi.stack] as const;
  return (await run(pulumi, show, { directory: pulumi.project, output: "ignore" })) === 0;
}
