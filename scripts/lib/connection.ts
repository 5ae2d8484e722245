import { Cluster } from "./cluster.ts";
import type { Environment } from "./environment.ts";
import { Failure } from "./failure.ts";
import { type Redactor, secretsOfKubeconfig } from "./redact.ts";

/** Connection is the one cluster a script may touch. */
export interface Connection {
  readonly cluster: Cluster;
  /** UID of namespace kube-system as recorded; undefined when none is recorded yet. */
  readonly uid: string | undefined;
  /** Namespace of Flux. */
  readonly namespace: string;
}

export const defaultFluxNamespace = "flux-system";
const fromProgram = "Run the script through pulumi, which sets it.";

/**
 * readConnection reads KUBECONFIG_CONTENT, KUBECONFIG_CONTEXT, the UID in the variable `uid` and FLUX_NAMESPACE, and
 * makes the credentials known to `redactor`. Nothing is sent to the cluster.
 */
export function readConnection(
  environment: Environment,
  redactor: Redactor,
  options: { readonly program: string; readonly uid: string; readonly uidOptional?: boolean },
): Connection {
  const kubeconfig = environment.required("KUBECONFIG_CONTENT", fromProgram);
  redactor.add(...secretsOfKubeconfig(kubeconfig));
  const uid =
    options.uidOptional === true
      ? environment.optional(options.uid)
      : environment.required(options.uid, fromProgram);
  const namespace = environment.optional("FLUX_NAMESPACE") ?? defaultFluxNamespace;
  const cluster = openCluster(environment, kubeconfig, options.program);
  return { cluster: cluster as Cluster, uid, namespace };
}

/** Undefined only when a problem was recorded, so never behind `environment.check()`. */
function openCluster(environment: Environment, kubeconfig: string, program: string) {
  if (kubeconfig === "") return undefined;
  try {
    return new Cluster(kubeconfig, program, environment.optional("KUBECONFIG_CONTEXT"));
  } catch (error) {
    // A parser's message quotes the text that it could not parse, which holds the credentials.
    const contextProblem = error instanceof Error && error.message.startsWith("the kubeconfig's");
    environment.problem(
      contextProblem
        ? error.message
        : "KUBECONFIG_CONTENT must be a usable kubeconfig, got text that cannot be read as one. " +
            "Check it with: kubectl config view --kubeconfig FILE",
    );
    return undefined;
  }
}

/** requireSameCluster fails unless the live cluster is the recorded one. Throws UnreachableError when none answers. */
export async function requireSameCluster(connection: Connection): Promise<void> {
  const live = await connection.cluster.uid();
  if (live === connection.uid) return;
  throw new Failure(
    `the cluster at ${connection.cluster.api.url} must be the recorded one (${connection.uid ?? "none"}), ` +
      `got ${live}. Nothing was touched.`,
    { next: "kubectl get namespace kube-system -o jsonpath={.metadata.uid}" },
  );
}
