import { Failure } from "../failure.ts";
import { purposeLabel } from "../gate/canary.ts";
import { ConfigMap } from "../kinds.ts";
import { displayName, type KubernetesObject } from "../object.ts";
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
}: Pick<DrainOptions, "connection" | "drainId">): Promise<string | undefined> {
  if (drainId === undefined) return undefined;
  const labelSelector = `${purposeLabel}=in-use`;
  const marks = await cluster.list<InUse>(ConfigMap, { namespace, labelSelector });
  const own = marks.find(({ data }) => data?.drain === drainId);
  const [other] = marks;
  if (own !== undefined) throw refusal(own);
  if (other === undefined) return undefined;
  return `${displayName(other)} names another Drain, which took the place of this one: nothing was touched`;
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
