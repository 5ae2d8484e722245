import type { Environment } from "../environment.ts";
import type { PrivateKubeconfig } from "./command-run.ts";
import { parseRestore, type RestoreSettings } from "./settings.ts";

export interface RestoreInput {
  /** Undefined when no restore is configured. */
  readonly settings: RestoreSettings | undefined;
  /** For the programs of the command driver. */
  readonly kubeconfig: PrivateKubeconfig;
}

/** readRestore reads RESTORE, KUBECONFIG_CONTENT and KUBECONFIG_CONTEXT. Call `environment.check` afterwards. */
export function readRestore(environment: Environment): RestoreInput {
  return {
    settings: environment.json("RESTORE", parseRestore),
    kubeconfig: {
      content: environment.optional("KUBECONFIG_CONTENT") ?? "",
      context: environment.optional("KUBECONFIG_CONTEXT"),
    },
  };
}
