import type { Key } from "../../tree/owner.ts";
import { HelmRelease } from "../../kinds.ts";
import { Claims } from "./claims.ts";
import { classEdges, storageEdges } from "./class-edges.ts";
import type { DrainField } from "./drain-node.ts";
import type { Address, After } from "./drain-plan.ts";
import { appliedEdges, dependentEdges, layerEdges } from "./explicit-edges.ts";
import { OrderGraph } from "./graph.ts";
import { accountEdges, kubeconfigEdges, namespaceEdges, resourceEdges } from "./implied-edges.ts";
import type { Id } from "./scene-index.ts";
import type { TracedVolume } from "./volumes.ts";

export interface Order {
  readonly of: ReadonlyMap<Key, { readonly after: readonly After[]; readonly stage: number }>;
  readonly cycles: readonly (readonly Key[])[];
}

/** orderOf is who goes after whom: what serves others goes after them, the root Kustomization after all. */
export function orderOf(
  field: DrainField,
  released: {
    readonly addresses: ReadonlyMap<Key, readonly Address[]>;
    readonly volumes: ReadonlyMap<Id, TracedVolume>;
  },
): Order {
  const { nodes, root } = field;
  const claims = new Claims(field);
  const keys = [...nodes.keys()];
  const applied = appliedEdges(field);
  const { direct, indirect } = dependentEdges(field, claims);
  const graph = new OrderGraph(keys, applied, [...direct, ...indirect]);
  // Which of two that contradict each other holds: the loss of the first does the most harm.
  const implied = [
    // Of two layers that depend on each other neither is the first.
    layerEdges(
      applied,
      direct.filter((edge) => !graph.isCircular(edge)),
    ),
    accountEdges(field, claims),
    kubeconfigEdges(field, claims),
    namespaceEdges(field, claims),
    resourceEdges(field),
    storageEdges(field, claims, released.volumes),
    classEdges(field, claims, released.addresses),
  ];
  for (const edge of implied.flat()) if (edge.first !== root) graph.imply(edge);
  const others = keys.filter((key) => key !== root);
  for (const key of others.filter((one) => guards(field, one))) {
    graph.implyLast(key, others, "its webhooks");
  }
  const releases = others.filter((key) => nodes.get(key)?.object.kind === HelmRelease.kind);
  for (const key of releases.filter((one) => nodes.get(one)?.holdsFlux === true)) {
    graph.implyLast(key, releases, "last");
  }
  if (nodes.has(root)) graph.implyLast(root, others, "last");
  return { of: graph.order(), cycles: graph.cycles };
}

const guardingKinds: readonly string[] = [
  "ValidatingWebhookConfiguration",
  "MutatingWebhookConfiguration",
  "APIService",
];

/** Whether the node's pods are asked before other objects can be changed or even listed. */
function guards({ nodes }: DrainField, key: Key): boolean {
  return nodes.get(key)?.inventory.some(({ kind }) => guardingKinds.includes(kind)) ?? false;
}
