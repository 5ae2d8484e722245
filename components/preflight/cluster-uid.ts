import type { Preflight } from "./preflight.ts";

/** The environment variable by which a person accepts, for one run, the cluster with that UID. */
export const acceptVariable = "FLUX_BOOTSTRAP_ACCEPT_CLUSTER";

/** identityProblem is what is wrong when the live cluster is not the recorded one, else undefined. */
export function identityProblem(
  live: Pick<Preflight, "uid" | "server">,
  recorded: string,
): string | undefined {
  if (live.uid === recorded) return undefined;
  return (
    `the cluster must be the one recorded for this stack (kube-system ${recorded}), ` +
    `got kube-system ${live.uid} at ${live.server}. If it replaces the recorded one, run: ` +
    `${acceptVariable}=${live.uid} pulumi up --refresh --run-program`
  );
}
