import type { KubernetesObject } from "../../object.ts";
import { keyOf } from "../../tree/owner.ts";
import type { DrainField } from "./drain-node.ts";
import type { Blocker } from "./drain-plan.ts";
import { describeCommand } from "./next-command.ts";

/** Finalizers of Kubernetes, of its cloud controllers and of Flux: those that set them run as long as the drain does. */
const knownFinalizers: readonly RegExp[] = [
  /^(kubernetes|orphan|foregroundDeletion)$/,
  /(^|\.)(kubernetes|k8s)\.io\//,
  /^service\.kubernetes\.io\/load-balancer-cleanup$/,
  /(^|\.)k8s\.aws\//,
  /^finalizers\.fluxcd\.io$/,
  /^fluxcd\.controlplane\.io\/finalizer$/,
];

/** By which clouds are told not to delete a load balancer. */
const protections: readonly string[] = [
  "service.beta.kubernetes.io/aws-load-balancer-attributes",
  "alb.ingress.kubernetes.io/load-balancer-attributes",
];

/** stuckBlockers are those of objects that go and may not let go: of a foreign finalizer, or protected by a cloud. */
export function stuckBlockers(field: DrainField, going: readonly KubernetesObject[]): Blocker[] {
  const served = servedGroups(field);
  return going.flatMap((object) => {
    const problems = [terminating(object), finalizer(object, served), protectedBy(object)];
    const problem = problems.filter((one) => one !== undefined).join("; ");
    if (problem === "") return [];
    return [{ key: keyOf(object), problem, next: describeCommand(object), refuses: false }];
  });
}

function terminating({ metadata }: KubernetesObject): string | undefined {
  const { deletionTimestamp, finalizers = [] } = metadata;
  if (deletionTimestamp === undefined) return undefined;
  const held = finalizers.length === 0 ? "" : `, held by ${finalizers.join(" ")}`;
  return `is being deleted since ${deletionTimestamp}${held}`;
}

function finalizer({ metadata }: KubernetesObject, served: ReadonlySet<string>) {
  const { finalizers = [], deletionTimestamp } = metadata;
  if (deletionTimestamp !== undefined) return undefined;
  const foreign = finalizers.filter(
    (name) => !knownFinalizers.some((known) => known.test(name)) && !served.has(domainOf(name)),
  );
  if (foreign.length === 0) return undefined;
  return `carries the finalizer ${foreign.join(" ")}: it stays until whoever set it takes that off`;
}

/** The domains of the API groups that the fleet brings: the controllers of these go after their objects. */
function servedGroups({ nodes }: DrainField): ReadonlySet<string> {
  const definitions = [...nodes.values()].flatMap(({ inventory }) =>
    inventory.filter(({ kind }) => kind === "CustomResourceDefinition"),
  );
  return new Set(definitions.map(({ name }) => domainOf(name.slice(name.indexOf(".") + 1))));
}

/** The last two labels of the finalizer's domain: `example.com` of `things.example.com/cleanup`. */
function domainOf(name: string): string {
  const [domain = ""] = name.split("/");
  return domain.split(".").slice(-2).join(".");
}

function protectedBy({ metadata: { annotations = {} } }: KubernetesObject): string | undefined {
  const found = protections.find((name) =>
    (annotations[name] ?? "").includes("deletion_protection.enabled=true"),
  );
  return found === undefined ? undefined : `is protected from deletion by the annotation ${found}`;
}
