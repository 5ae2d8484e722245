import { textOf } from "../classify/field.ts";

/** StackState is what the state of a stack says of its end. */
export interface StackState {
  /** How many resources there are, the stack itself not counted. */
  readonly resources: number;
  /** The names of what Pulumi refuses to delete. */
  readonly protected: readonly string[];
  /** The names of what the cloud refuses to delete, as of the last `up`. */
  readonly lockedInCloud: readonly string[];
  /** When the stack may be destroyed, as it was configured at the last `up`. */
  readonly expiresAt: string | undefined;
  /** What the drain goes by; undefined where an `up` never came that far. */
  readonly drain: DrainInputs | undefined;
}

export interface DrainInputs {
  readonly clusterName: string;
  readonly clusterUid: string;
  readonly clusterKind: string;
  readonly volumes: string;
  /** The kubeconfig; undefined unless the secrets were exported too. */
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
}

interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly protect?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

interface Export {
  readonly deployment?: { readonly resources?: readonly Resource[] };
}

const expiryAnnotation = "flux-bootstrap.dev/expires-at";

/** readStackState reads what `pulumi stack export` prints. Throws where that is no export. */
export function readStackState(text: string): StackState {
  const { deployment } = JSON.parse(text) as Export;
  if (deployment === undefined) throw new Error("the export holds no deployment");
  const all = deployment.resources ?? [];
  const stack = all.find(({ type }) => type === "pulumi:pulumi:Stack");
  return {
    resources: all.filter((resource) => resource !== stack).length,
    protected: all.filter(({ protect }) => protect === true).map(({ urn }) => nameOf(urn)),
    lockedInCloud: all.filter(isLocked).map(({ outputs }) => textOf(outputs?.["name"])),
    expiresAt: expiryOf(all, stack),
    drain: drainOf(all),
  };
}

/** EKS alone has a lock of its own among what this program makes. */
function isLocked({ type, outputs }: Resource): boolean {
  return type === "aws:eks/cluster:Cluster" && outputs?.["deletionProtection"] === true;
}

function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/** The namespace has it from the first minutes of an `up`, the outputs of the stack only from its end. */
function expiryOf(all: readonly Resource[], stack: Resource | undefined): string | undefined {
  const namespace = all.find(({ urn }) => nameOf(urn) === "flux-operator-namespace");
  const { metadata } = (namespace?.inputs ?? {}) as {
    readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> };
  };
  const output = stack?.outputs?.["expiresAt"];
  const configured = namespace === undefined ? output : metadata?.annotations?.[expiryAnnotation];
  return typeof configured === "string" && configured !== "never" ? configured : undefined;
}

function drainOf(all: readonly Resource[]): DrainInputs | undefined {
  const drain = all.find(({ urn }) => nameOf(urn) === "drain-script");
  const environment = drain?.inputs?.["environment"] as Readonly<Record<string, unknown>>;
  if (drain === undefined) return undefined;
  const text = (name: string) => plainText(environment[name]);
  return {
    clusterName: text("CLUSTER_NAME") ?? "",
    clusterUid: text("CLUSTER_UID") ?? "",
    clusterKind: text("CLUSTER_KIND") ?? "existing",
    volumes: text("DRAIN_VOLUMES") ?? "keep",
    kubeconfig: text("KUBECONFIG_CONTENT"),
    context: text("KUBECONFIG_CONTEXT"),
  };
}

/** A secret that was exported in the clear holds its value as JSON. */
function plainText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  const { plaintext } = (value ?? {}) as { readonly plaintext?: string };
  return plaintext === undefined ? undefined : (JSON.parse(plaintext) as string);
}
