import type { PodFinding, PodProblem } from "../../../../../scripts/lib/pods/finding.ts";
import { at } from "./pods.ts";

/** A finding about the pod `<name>-pod` of a workload `name` that lasts for `minutes`. */
export function finding(parts: {
  name?: string;
  namespace?: string;
  problem?: PodProblem;
  kind?: string;
  minutes?: number;
}): PodFinding {
  const { name = "web", namespace = "shop", problem = "crash-loop", kind = "Deployment" } = parts;
  const { minutes = 60 } = parts;
  const key = `Pod/${namespace}/${name}-pod`;
  return {
    key,
    uid: `uid-${name}`,
    namespace,
    pods: [key],
    count: 1,
    workload: { key: `${kind}/${namespace}/${name}`, kind, name },
    problem,
    container: "web",
    text: "exit code 1 (Error), 9 restarts",
    logLines: [],
    since: at - minutes * 60_000,
    hook: undefined,
    flux: {
      helmRelease: undefined,
      chart: undefined,
      kustomization: undefined,
      revision: undefined,
      suspended: false,
    },
    events: [],
    blames: undefined,
    unboundClaims: [],
    next: `kubectl -n ${namespace} logs ${name}-pod`,
  };
}
