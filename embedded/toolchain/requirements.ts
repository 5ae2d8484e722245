import { access, constants, mkdir, statfs } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";

import type { GoInstallation } from "./go.ts";
import { kubectlAndHelm, layerFits } from "./kubectl-helm.ts";

/** Oldest Go that the go.mod files of the groups accept. */
export const oldestGo = "1.26";

export interface Situation {
  readonly env: NodeJS.ProcessEnv;
  readonly go: GoInstallation | undefined;
  readonly cacheDirectory: string;
  /** Names of the tools taken from PATH; not known without Go. */
  readonly onPath: ReadonlySet<string> | undefined;
  /** Gigabytes that this build needs free. */
  readonly gigabytes: number;
}

/** goProblem is what keeps this Go from building, if anything does. */
export function goProblem(go: GoInstallation | undefined): string | undefined {
  const remedy = `Install Go ${oldestGo} or newer (https://go.dev/dl) and put it first on PATH.`;
  if (go === undefined) return `Go must be ${oldestGo} or newer, got none on PATH. ${remedy}`;
  const [major = 0, minor = 0] = go.version.split(/[.a-z]/).map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestGo.split(".").map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return `Go must be ${oldestGo} or newer, got ${go.version}. ${remedy}`;
}

/** findProblems checks in well under a second what would fail minutes later. All problems are told at once. */
export async function findProblems(situation: Situation): Promise<string[]> {
  const problems = [
    goProblem(situation.go),
    await gitProblem(situation.env),
    platformProblem(situation),
    await directoryProblem(situation.cacheDirectory),
    await diskProblem(situation),
  ];
  return problems.filter((problem) => problem !== undefined);
}

async function gitProblem(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const directory of (env["PATH"] ?? "").split(delimiter)) {
    if (await isAllowed(join(directory, "git"), constants.X_OK)) return undefined;
  }
  return "git must be on PATH, got none. Install git: the embedded cluster serves its repository with it.";
}

function platformProblem({ go, onPath }: Situation): string | undefined {
  if (go === undefined || onPath === undefined || layerFits(go.platform)) return undefined;
  const missing = kubectlAndHelm.filter((tool) => !onPath.has(tool.name));
  if (missing.length === 0) return undefined;
  const names = missing.map((tool) => `${tool.name} ${tool.version}`).join(" and ");
  return `${names} must be on PATH on ${go.platform}, got none of that version. Install exactly that version: the packaged one is for linux/amd64.`;
}

async function directoryProblem(directory: string): Promise<string | undefined> {
  try {
    await mkdir(directory, { recursive: true });
    if (await isAllowed(directory, constants.W_OK)) return undefined;
  } catch {
    // A parent that refuses is the same problem.
  }
  return `the cache directory must be writable, got "${directory}". Set FLUX_BOOTSTRAP_CACHE to a directory that is.`;
}

async function diskProblem({ cacheDirectory, gigabytes }: Situation): Promise<string | undefined> {
  const free = await freeGigabytes(cacheDirectory);
  if (free === undefined || free >= gigabytes) return undefined;
  return (
    `the disk of "${cacheDirectory}" must have ${gigabytes.toFixed(1)} GB free while building, got ${free.toFixed(1)} GB. ` +
    "Free some, or set FLUX_BOOTSTRAP_CACHE to a directory on a larger disk."
  );
}

/** freeGigabytes looks at the nearest directory that exists. */
async function freeGigabytes(directory: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(directory);
    return (bavail * bsize) / 1e9;
  } catch {
    return directory === dirname(directory) ? undefined : freeGigabytes(dirname(directory));
  }
}

async function isAllowed(path: string, mode: number): Promise<boolean> {
  try {
    await access(path, mode);
    return true;
  } catch {
    return false;
  }
}
