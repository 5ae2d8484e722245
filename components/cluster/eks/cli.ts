import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { installText, isOnPath } from "../../preflight/login.ts";

const command = "aws";
const install = installText({ command, installHint: undefined });
const run = promisify(execFile);
const boundMilliseconds = 20_000;

/** The first whose tokens are of the API that today's clients take. */
const least = [2, 7] as const;

/** cliProblem is what is wrong with the AWS CLI of this machine, else undefined. */
export async function cliProblem(
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  if (!isOnPath(command, environment)) {
    return `the AWS CLI must be on the PATH as "${command}", got none. ${install}`;
  }
  const said = await versionText(environment);
  const [, major = "0", minor = "0"] = /^aws-cli\/(\d+)\.(\d+)\./.exec(said) ?? [];
  const isNew =
    Number(major) > least[0] || (Number(major) === least[0] && Number(minor) >= least[1]);
  if (isNew) return undefined;
  return `the AWS CLI must be version 2.7 or newer, got ${said.slice(0, 80)}. ${install}`;
}

/** What it says of itself; the first version said it on stderr. */
async function versionText(environment: NodeJS.ProcessEnv): Promise<string> {
  try {
    const options = { env: environment, timeout: boundMilliseconds };
    const { stdout, stderr } = await run(command, ["--version"], options);
    return `${stdout}${stderr}`.trim();
  } catch (error) {
    return error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
  }
}
