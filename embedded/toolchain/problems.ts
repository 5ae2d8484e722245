import { GoError, redact } from "./go.ts";

/** ToolchainError lists everything that keeps the toolchain from being built, each with its remedy. */
export class ToolchainError extends Error {
  override readonly name = "ToolchainError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

const longestOutput = 40;

/** explainFailure turns a failed run of go for a group into a problem that names the module, when one could not be had. */
export function explainFailure(group: string, error: unknown, proxy: string): string {
  if (!(error instanceof GoError)) {
    return `${group} must build, got: ${error instanceof Error ? error.message : String(error)}`;
  }
  const line = error.lines.find((one) => moduleIn(one) !== undefined && isFetching(one));
  if (line === undefined) {
    const output = error.lines.slice(-longestOutput).join("\n");
    return `${group} must build, got:\n${output}\nRun the command again: what is compiled is kept.`;
  }
  return (
    `module ${moduleIn(line) ?? ""} must be available through GOPROXY, got "${line.trim()}". ` +
    `Check the connection and the proxy in use (${redact(proxy)}; go env -w GOPROXY=… changes it), then run the command again.`
  );
}

function moduleIn(line: string): string | undefined {
  return /[\w.-]+\.[\w-]+\/[\w./~-]+@v[\w.+-]+/.exec(line)?.[0];
}

/** isFetching tells a line about a module that could not be had from one about code that does not compile. */
function isFetching(line: string): boolean {
  return /reading |Get "|dial |lookup |checksum|unrecognized import path|unknown revision|not found|Forbidden|timeout|verifying/.test(
    line,
  );
}
