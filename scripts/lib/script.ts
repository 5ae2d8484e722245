import { Environment, InputError } from "./environment.ts";
import { Failure } from "./failure.ts";
import { type Log, stderrLog } from "./log.ts";
import { redactedLog, Redactor } from "./redact.ts";

/** What a script's main function is given. */
export interface Script {
  readonly environment: Environment;
  readonly redactor: Redactor;
  /** Writes redacted lines to stderr. */
  readonly log: Log;
  /** Aborts on SIGTERM and SIGINT: finish by tidying up. */
  readonly signal: AbortSignal;
}

/** Exit codes of every script. */
export const exitCodes = { true: 0, false: 1, badInput: 2 } as const;

/**
 * runScript runs `main`, prints its result as one redacted JSON line on stdout and sets the exit code: 0 when it
 * resolved, 2 when it threw InputError, 1 for any other error. A result that is a string is printed as it is.
 */
export async function runScript(main: (script: Script) => Promise<unknown>): Promise<void> {
  const redactor = new Redactor();
  const log = redactedLog(stderrLog, redactor);
  const cancelled = new AbortController();
  const cancel = () => {
    cancelled.abort();
  };
  process.once("SIGTERM", cancel).once("SIGINT", cancel);
  try {
    const environment = new Environment(process.env);
    const result = await main({ environment, redactor, log, signal: cancelled.signal });
    const text = typeof result === "string" ? result : JSON.stringify(redactor.document(result));
    process.stdout.write(`${text}\n`);
    process.exitCode = exitCodes.true;
  } catch (error) {
    process.exitCode = printError(error, log);
  } finally {
    process.off("SIGTERM", cancel).off("SIGINT", cancel);
  }
  // A connection that was given up while it was being made would keep the process for another half minute.
  process.stdout.write("", () => process.exit());
}

/** printError writes what a person needs and returns the exit code. */
export function printError(error: unknown, log: Log): number {
  if (error instanceof InputError) {
    for (const problem of error.problems) log.fail(problem);
    return exitCodes.badInput;
  }
  log.fail(error instanceof Error ? error.message : String(error));
  // By its name: the class would load the whole Kubernetes client into scripts that do without.
  if (error instanceof Error && error.name === "UnreachableError") {
    log.line("Next: kubectl cluster-info");
  }
  if (error instanceof Failure) {
    for (const detail of error.details) log.line(`  ${detail}`);
    if (error.next !== undefined) log.line(`Next: ${error.next}`);
    if (error.report !== undefined) log.line(error.report);
  }
  return exitCodes.false;
}
