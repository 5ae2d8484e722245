import { contextProblem } from "../cluster/kubeconfig.ts";
import { filesIn } from "../cluster/kubeconfig-files.ts";
import type { Fields } from "./fields.ts";
import { name, oneOf, text } from "./rules.ts";
import type { ClusterConfig, ExistingClusterConfig } from "./types.ts";

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
  const reason = 'when cluster.kind is "embedded"';
  fields.absent("context", reason);
  fields.absent("kubeconfigFile", reason);
  root.absent("kubeconfig", reason);
  return { kind: "embedded", name: own };
}

function existing(root: Fields, fields: Fields, own: string): ExistingClusterConfig {
  const context = fields.required("context", { ...text, example: "CONTEXT" }) ?? "";
  const content = root.optional("kubeconfig", text);
  if (root.has("kubeconfig")) {
    fields.absent("kubeconfigFile", "when kubeconfig is set");
    checkContent(root, fields, { content, context });
    return { kind: "existing", name: own, context, kubeconfig: { content: content ?? "" } };
  }
  const file = fields.optional("kubeconfigFile", { ...text, example: "~/.kube/config" });
  return { kind: "existing", name: own, context, kubeconfig: { file } };
}

interface Given {
  readonly content: string | undefined;
  readonly context: string;
}

function checkContent(root: Fields, fields: Fields, { content, context }: Given): void {
  if (content === undefined || context === "") return;
  const problem = contextProblem(content, context);
  if (problem === "unreadable") {
    const fix = "Run: pulumi config set --secret kubeconfig < FILE";
    root.note("kubeconfig", "be a kubeconfig in YAML", fix);
  } else if (problem === undefined) {
    checkFiles(root, content, context);
  } else fields.note("context", problem, "Name one of them.");
}

/** What the setting names in files, another machine and the day of the destroy would lack. */
function checkFiles(root: Fields, content: string, context: string): void {
  const files = filesIn(content, context);
  if (files.length === 0) return;
  root.report({
    what: "kubeconfig",
    must: "hold its certificates and keys as data",
    got: `files (${files.join(", ")})`,
    fix:
      `Run: kubectl config view --raw --flatten --minify --context ${context} | ` +
      "pulumi config set --secret kubeconfig",
  });
}
