import * as pulumi from "@pulumi/pulumi";

import type { Cluster } from "../cluster/contract.ts";
import { fluxNamespace, operatorName } from "../names.ts";

const locked = /another operation \(install\/upgrade\/rollback\) is in progress/;
const taken = /cannot re-use a name that is still in use/;

/**
 * The name is what a destroy that runs no program says in place of the reason of a failed delete, because it knows the
 * hook by name only. So the name says what to do.
 */
const hookName = `${operatorName} release (for the reason run: pulumi destroy --run-program)`;

/**
 * releaseRecovery lets a run go on where a killed one left the Helm release of flux-operator: locked by an action that
 * nobody finishes, or installed without the state knowing. It marks the revision as failed, once, and retries.
 */
export function releaseRecovery(cluster: Cluster, timeoutSeconds: number): pulumi.ErrorHook {
  return new pulumi.ErrorHook(hookName, async ({ failedOperation, errors }) => {
    const created = failedOperation === "create";
    if (failedOperation === "delete" || !isLeftBehind(errors, created)) return false;
    const { unlockRelease } = await import("./unlock-release.ts");
    return unlockRelease({
      kubeconfig: await value(cluster.kubeconfig),
      context: cluster.context,
      namespace: fluxNamespace,
      name: operatorName,
      created,
      timeoutSeconds,
      say: (line) => void pulumi.log.info(line),
    });
  });
}

/** Whether the newest error is one that a killed run leaves behind, for the first time in this run. */
export function isLeftBehind(errors: readonly string[], created: boolean): boolean {
  const of = (error: string) => locked.test(error) || (created && taken.test(error));
  const [newest, ...older] = errors;
  return newest !== undefined && of(newest) && !older.some(of);
}

function value(output: pulumi.Output<string>): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  output.apply(resolve);
  return promise;
}
