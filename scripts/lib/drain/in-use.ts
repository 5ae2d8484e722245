import { Failure } from "../failure.ts";
import { purposeLabel } from "../gate/canary.ts";
import { ConfigMap } from "../kinds.ts";
import { displayName, type KubernetesObject } from "../object.ts";
import { ownerAnnotations } from "../owner.ts";
import type { DrainOptions } from "./input.ts";

/** What FluxSync leaves in the namespace of Flux for as long as its stack stands: which Drain answers for the sync. */
export interface InUse extends KubernetesObject {
  readonly data?: { readonly drain?: string };
}

/**
 * stillInUse tells a destroy from an `up` that happens to delete Drain: a destroy deletes the mark of FluxSync first. While
 * one stands it throws where the Drain of that id still answers for the sync, and returns why nothing is to be done
 * where another does. Undefined: the stack is being destroyed, or there is none.
 */
export async function stillInUse({
  connection: { cluster, namespace },
  drainId,
  owner,
}: Pick<DrainOptions, "connection" | "drainId" | "owner">): Promise<string | undefined> {
  if (drainId === undefined) return undefined;
  const labelSelector = `${purposeLabel}=in-use`;
  const every = await cluster.list<InUse>(ConfigMap, { namespace, labelSelector });
  const marks = every.filter(({ metadata }) => isOf(owner, metadata.annotations));
  const own = marks.find(({ data }) => data?.drain === drainId);
  const [other] = marks;
  if (own !== undefined) throw refusal(own);
  if (other === undefined) return undefined;
  return `${displayName(other)} names another Drain, which took the place of this one: nothing was touched`;
}

/** An owner from whom the cluster was taken leaves a mark behind, which says nothing of this one. */
function isOf(owner: string | undefined, annotations?: Readonly<Record<string, string>>): boolean {
  const marked = annotations?.[ownerAnnotations.id];
  return marked === undefined || owner === undefined || marked === owner;
}

function refusal(mark: InUse): Failure {
  const { name, namespace = "" } = mark.metadata;
  return new Failure(
    `the stack must be destroyed as a whole for its cluster to be emptied, got the end of Drain alone while ` +
      `${displayName(mark)} stands. Nothing was touched. Put Drain back into the program and run pulumi up; ` +
      "a destroy removes that ConfigMap by itself",
    { next: `kubectl get configmap --namespace ${namespace} ${name} -o yaml` },
  );
}
