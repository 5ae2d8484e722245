import type { KubernetesObject } from "../../../scripts/lib/object.ts";
import { Tree } from "../../../scripts/lib/tree/tree.ts";
import { ownedBy } from "./gitops.ts";

export const namespace = "flux-system";
type State = "ready" | "failing" | "stalled" | "silent";

export interface Parts {
  readonly owner?: string;
  readonly state?: State;
  readonly reason?: string;
  readonly generation?: number;
  readonly applied?: readonly string[];
  readonly spec?: object;
}

export function object(kind: string, name: string, parts: Parts = {}): KubernetesObject {
  const { owner, state = "ready", reason = "InstallFailed", generation = 1, applied = [] } = parts;
  const ready = {
    type: "Ready",
    observedGeneration: generation,
    lastTransitionTime: "2026-01-01T00:00:09Z",
    message: "m",
  };
  const conditions = {
    silent: [],
    ready: [{ ...ready, status: "True", reason: "Succeeded" }],
    failing: [{ ...ready, status: "False", reason }],
    stalled: [
      { ...ready, status: "False", reason },
      { ...ready, type: "Stalled", status: "True", reason },
    ],
  };
  const groups: Record<string, string> = { HelmRelease: "helm", Kustomization: "kustomize" };
  const entries = applied.map((path) => {
    const [childKind = "", childName = ""] = path.split("/");
    return {
      id: `${namespace}_${childName}_${groups[childKind] ?? "source"}.toolkit.fluxcd.io_${childKind}`,
    };
  });
  return {
    apiVersion: "v1",
    kind,
    metadata: {
      name,
      namespace,
      uid: `${kind}-${name}`,
      generation,
      ...(owner !== undefined && { labels: ownedBy("kustomize", owner) }),
    },
    spec: { sourceRef: { kind: "GitRepository", name: "flux-system" }, ...parts.spec },
    status: { conditions: conditions[state], inventory: { entries } },
  };
}

export const source = object("GitRepository", "flux-system");
export const below = (kind: string, name: string, parts: Parts = {}) =>
  object(kind, name, { owner: "flux-system", ...parts });

export function treeOf(...objects: readonly KubernetesObject[]): Tree {
  const tree = new Tree({ namespace, name: "flux-system" });
  for (const one of objects) tree.seen(one);
  return tree;
}
