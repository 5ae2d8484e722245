import { read } from "../../classify/field.ts";
import { ImageUpdateAutomation } from "../../kinds.ts";
import type { KubernetesObject } from "../../object.ts";
import { type Key, keyOf } from "../../tree/owner.ts";
import { addressesOf } from "./addresses.ts";
import { blockersOf } from "./blockers.ts";
import { type DrainField, type DrainNode, fieldOf, goesAlone } from "./drain-node.ts";
import type {
  Address,
  DrainPlan,
  DrainScene,
  DrainStep,
  Kept,
  PlanOptions,
  Volume,
} from "./drain-plan.ts";
import { aroundSeconds, budgetOf, estimateOf, slowestChain } from "./estimate.ts";
import { keepNamespaces } from "./foreign.ts";
import { type Inventories, inventoriesOf } from "./inventories.ts";
import { type Order, orderOf } from "./order.ts";
import { isSuspended } from "../freeze/original.ts";
import { compareKeys, type Id } from "./scene-index.ts";
import { keptVolumes, type TracedVolume, volumesOf } from "./volumes.ts";

/** What goes, with whom, and after whom. */
export interface Removals {
  readonly inventories: Inventories;
  readonly volumes: ReadonlyMap<Id, TracedVolume>;
  readonly addresses: ReadonlyMap<Key, readonly Address[]>;
  readonly order: Order;
}

/** planDrain says how a drain empties the scene. The same scene gives the same plan. */
export function planDrain(scene: DrainScene, options: PlanOptions): DrainPlan {
  const field = fieldOf(scene);
  const inventories = inventoriesOf(field);
  const volumes = volumesOf(field, inventories, options);
  keepNamespaces(field, inventories, volumes);
  const addresses = addressesOf(field, inventories);
  const order = orderOf(field, { addresses, volumes });
  const removals = { inventories, volumes, addresses, order };
  const steps = [...field.nodes.values()]
    .map((node) => stepOf(node, removals, options))
    .sort((a, b) => a.stage - b.stage || compareKeys(a.key, b.key));
  return {
    cluster: { uid: scene.uid, endpoint: scene.endpoint },
    steps,
    stopped: stoppedOf(field, steps),
    kept: sorted([...inventories.kept, ...keptVolumes(volumes, options.volumes)]),
    blockers: blockersOf(field, removals, options),
    estimateSeconds: steps.length === 0 ? 0 : slowestChain(steps) + aroundSeconds,
  };
}

function stepOf(
  node: DrainNode,
  { inventories, volumes, addresses, order }: Removals,
  { budgets }: PlanOptions,
): DrainStep {
  const { key, object } = node;
  const { name, namespace = "", uid = "" } = object.metadata;
  const removal = {
    inventory: inventories.going.get(key) ?? [],
    addresses: addresses.get(key) ?? [],
    volumes: volumesWith(key, volumes),
  };
  const { after = [], stage = 0 } = order.of.get(key) ?? {};
  return {
    key,
    kind: object.kind,
    namespace,
    name,
    uid,
    stage,
    after,
    suspended: isSuspended(object),
    deletedSuspended: goesAlone(node),
    ...removal,
    budgetSeconds: budgetOf(object, removal, budgets),
    estimateSeconds: estimateOf(object, removal, budgets),
  };
}

function volumesWith(key: Key, volumes: ReadonlyMap<Id, TracedVolume>): Volume[] {
  return [...volumes.values()].filter(({ node }) => node === key).map(({ volume }) => volume);
}

/** What applies goes from the top: what a parent applies again would start its children again. */
function stoppedOf({ instance, scene, scope }: DrainField, steps: readonly DrainStep[]): Key[] {
  const made = new Set(scope.made.map(keyOf));
  const automations = scene.flux.filter(
    (object) => object.kind === ImageUpdateAutomation.kind && writesTo(object, made),
  );
  const first = instance === undefined ? [] : [instance];
  return [...[...first, ...automations].map(keyOf), ...steps.map(({ key }) => key).reverse()];
}

/** Whether an automation came from the sync, or commits to a repository that did. */
function writesTo(automation: KubernetesObject, made: ReadonlySet<Key>): boolean {
  const { name, namespace } = (read(automation.spec, "sourceRef") ?? {}) as {
    readonly name?: string;
    readonly namespace?: string;
  };
  const at = namespace ?? automation.metadata.namespace ?? "";
  return made.has(keyOf(automation)) || made.has(`GitRepository/${at}/${name ?? ""}`);
}

/** By key, each once for each annotation that it needs. */
function sorted(kept: readonly Kept[]): Kept[] {
  const byKey = new Map(
    kept.toReversed().map((one) => [`${one.key} ${one.protect?.annotation ?? ""}`, one]),
  );
  return [...byKey.values()].sort((a, b) => compareKeys(a.key, b.key));
}
