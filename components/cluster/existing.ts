import * as pulumi from "@pulumi/pulumi";

import type { ExistingClusterConfig } from "../config/types.ts";
import { runError } from "../run-error.ts";
import { readContext } from "./kubeconfig-files.ts";
import { placeholderKubeconfig } from "./placeholder.ts";
import type { ClusterSource } from "./source.ts";

/**
 * existingSource is a cluster that was made elsewhere, reached by one context of the kubeconfig that the configuration
 * holds or that lies on this machine. A preview does without the files; an `up` throws when they lack that context.
 */
export function existingSource(config: ExistingClusterConfig): ClusterSource {
  const { context, kubeconfig } = config;
  const { content, problem } = contentOf(config);
  if (problem !== undefined && !pulumi.runtime.isDryRun()) throw runError(problem);
  const kubectl = kubectlOf(config);
  const anotherOne = "Run: pulumi config set --secret kubeconfig < FILE";
  return {
    kubeconfig: pulumi.secret(content),
    context,
    access: `${kubectl} get namespaces`,
    unreachableFix: `Run: ${kubectl} cluster-info`,
    loginFix:
      kubeconfig.content === undefined
        ? `Log in again, then try: ${kubectl} get namespaces`
        : `Get a new one. ${anotherOne}`,
    previewNote:
      problem === undefined
        ? "the cluster does not answer: this preview compares with the state only"
        : `${problem} This preview compares with the state only`,
    supplies: { runtimeInfo: {} },
  };
}

function contentOf({ kubeconfig, context }: ExistingClusterConfig) {
  if (kubeconfig.content !== undefined) return { content: kubeconfig.content };
  const read = readContext({ file: kubeconfig.file, context });
  if (read.problem === undefined) return { content: read.kubeconfig };
  return { content: placeholderKubeconfig(context), problem: read.problem };
}

function kubectlOf({ kubeconfig, context }: ExistingClusterConfig): string {
  const file = kubeconfig.content === undefined ? kubeconfig.file : undefined;
  return [
    "kubectl",
    ...(file === undefined ? [] : ["--kubeconfig", file]),
    "--context",
    context,
  ].join(" ");
}
