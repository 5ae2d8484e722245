import { type ProgramOptions, startProgram } from "./program.ts";

/** A run of the program that is to stop, and the variables that a person sets for it. */
export interface StopRequest {
  readonly options: ProgramOptions;
  readonly variables: NodeJS.ProcessEnv;
}

export interface Stopped {
  /** What the program registered before it stopped. */
  readonly registered: readonly string[];
  /** The message of the RunError with which it stopped; undefined when it did not, or stopped with another error. */
  readonly message: string | undefined;
}

// A program that stops leaves outputs rejected, which nobody handles and for which a test would fail. So those that are
// to stop run here, one after the other.
process.on("unhandledRejection", () => undefined);
process.on("message", (request: StopRequest) => {
  void stop(request).then((stopped) => process.send?.(stopped));
});

async function stop({ options, variables }: StopRequest): Promise<Stopped> {
  const before = process.env;
  process.env = { ...before, ...variables };
  const { engine, outputs } = await startProgram(options);
  const message = await outputs.then(() => undefined, messageOf);
  await engine.idle();
  process.env = before;
  return { registered: engine.names(), message };
}

function messageOf(error: unknown): string | undefined {
  const isRunError = error instanceof Error && "__pulumiRunError" in error;
  return isRunError ? error.message : undefined;
}
