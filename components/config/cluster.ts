import { contextProblem } from "../cluster/kubeconfig.ts";
import { filesIn } from "../cluster/kubeconfig-files.ts";
import { readAks } from "./aks/aks.ts";
import { readEks } from "./eks/eks.ts";
import type { Fields } from "./fields.ts";
import { name, oneOf, text } from "./rules.ts";
import type { ClusterConfig, ExistingClusterConfig } from "./types.ts";

type Kind = ClusterConfig["kind"];

/** The clouds in which a cluster can be made; each has an object of its own below `cluster`. */
const clouds = ["aks", "eks"] as const;

const kinds = oneOf("embedded", "existing", ...clouds);

/** Reads which cluster it is: the object `cluster` and, for an existing one, the secret `kubeconfig`. */
export function readCluster(root: Fields, stack: string): ClusterConfig {
  const fields = root.object("cluster");
  const kind = fields.required("kind", kinds);
  const own = readName(fields, kind, name.parse(stack) ?? "cluster");
  for (const cloud of clouds) {
    if (kind === undefined || kind === cloud) fields.allow(cloud);
    else fields.absent(cloud, `when cluster.kind is "${kind}"`);
  }
  const cluster = readKind(kind ?? "embedded", { root, fields, own });
  fields.finish();
  return cluster;
}

/**
 * What the stack makes in a cloud is called by this name and replaced with it, so that it has to be said: a stack that is
 * renamed would make another cluster, and destroy this one.
 */
function readName(fields: Fields, kind: Kind | undefined, ofStack: string): string {
  const isMade = clouds.some((cloud) => cloud === kind);
  if (!isMade || fields.has("name")) return fields.value("name", name, ofStack);
  const must = "name the cluster that this stack makes, which another name would replace";
  fields.required("name", { ...name, must, example: ofStack });
  return ofStack;
}

interface Place {
  readonly root: Fields;
  readonly fields: Fields;
  /** The name of the cluster. */
  readonly own: string;
}

function readKind(kind: Kind, { root, fields, own }: Place): ClusterConfig {
  if (kind === "existing") return existing(root, fields, own);
  // What is made here is reached as it was made.
  const reason = `when cluster.kind is "${kind}"`;
  fields.absent("context", reason);
  fields.absent("kubeconfigFile", reason);
  root.absent("kubeconfig", reason);
  switch (kind) {
    case "embedded":
      return { kind, name: own };
    case "aks":
      return readAks(fields, own);
    case "eks":
      return readEks(fields, own);
  }
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
