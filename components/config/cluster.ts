import { contextProblem } from "../cluster/kubeconfig.ts";
import type { Fields } from "./fields.ts";
import { name, oneOf, text } from "./rules.ts";
import type { ClusterConfig } from "./types.ts";

/** Reads which cluster it is: the object `cluster` and, for an existing one, the secret `kubeconfig`. */
export function readCluster(root: Fields, stack: string): ClusterConfig {
  const fields = root.object("cluster");
  const kind = fields.required("kind", oneOf("embedded", "existing")) ?? "embedded";
  const own = fields.value("name", name, name.parse(stack) ?? "cluster");
  const cluster = kind === "embedded" ? embedded(root, fields, own) : existing(root, fields, own);
  fields.finish();
  return cluster;
}

function embedded(root: Fields, fields: Fields, own: string): ClusterConfig {
  fields.absent("context", 'when cluster.kind is "embedded"');
  root.absent("kubeconfig", 'when cluster.kind is "embedded"');
  return { kind: "embedded", name: own };
}

function existing(root: Fields, fields: Fields, own: string): ClusterConfig {
  const fix = "Run: pulumi config set --secret kubeconfig < FILE";
  const context = fields.required("context", { ...text, example: "CONTEXT" }) ?? "";
  const kubeconfig = root.optional("kubeconfig", text) ?? "";
  if (kubeconfig === "") {
    root.note("kubeconfig", 'be set when cluster.kind is "existing"', fix);
  } else if (context !== "") {
    const problem = contextProblem(kubeconfig, context);
    if (problem === "unreadable") {
      root.note("kubeconfig", "be a kubeconfig in YAML", fix);
    } else if (problem !== undefined) fields.note("context", problem, "Name one of them.");
  }
  return { kind: "existing", name: own, kubeconfig, context };
}
