import type { Cluster } from "./cluster.ts";
import { Failure } from "./failure.ts";
import { CustomResourceDefinition } from "./kinds.ts";
import type { Log } from "./log.ts";
import { describeCondition, findCondition, type KubernetesObject } from "./object.ts";
import { waitFor } from "./wait.ts";

export interface CrdWait {
  readonly timeoutMilliseconds: number;
  readonly log: Log;
  readonly signal?: AbortSignal;
}

/** crdState is `established`, `refused` when its names collide with others for good, else `pending`. */
export function crdState(crd: KubernetesObject): "established" | "refused" | "pending" {
  if (findCondition(crd, "Established")?.status === "True") return "established";
  return findCondition(crd, "NamesAccepted")?.status === "False" ? "refused" : "pending";
}

/** establishedCrds resolves when every CRD is Established, and fails at once when one is refused. */
export async function establishedCrds(
  cluster: Cluster,
  names: readonly string[],
  { timeoutMilliseconds, log, signal: cancelled }: CrdWait,
): Promise<void> {
  const missing = new Map(names.map((name) => [name, "NotFound"]));
  const describe = () => [...missing].map(([name, state]) => `${name}: ${state}`).join(", ");
  const wait = {
    what: `CustomResourceDefinitions ${names.join(", ")} (Established)`,
    timeoutMilliseconds,
    next: `kubectl describe crd ${names[0] ?? ""}`,
    log,
    ...(cancelled !== undefined && { signal: cancelled }),
  };
  await waitFor<undefined>(wait, ({ signal, state, resolve, reject }) => {
    const seen = (crd: KubernetesObject) => {
      const { name } = crd.metadata;
      const current = crdState(crd);
      if (current === "refused") reject(refusal(crd));
      if (current === "established") missing.delete(name);
      else missing.set(name, describeCondition(crd, "Established"));
      state(describe());
      if (missing.size === 0) resolve(undefined);
    };
    state(describe());
    const gone = ({ metadata }: KubernetesObject) => missing.set(metadata.name, "NotFound");
    for (const name of names) {
      cluster.follow(CustomResourceDefinition, { name, signal }, { seen, gone });
    }
  });
}

function refusal(crd: KubernetesObject): Failure {
  const { name } = crd.metadata;
  return new Failure(
    `CustomResourceDefinition/${name} must have names of its own, got ${describeCondition(crd, "NamesAccepted")}`,
    { next: "kubectl get crd" },
  );
}
