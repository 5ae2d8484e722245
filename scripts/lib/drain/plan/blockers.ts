import { FluxInstance, HelmRelease } from "../../kinds.ts";
import { findCondition, type KubernetesObject } from "../../object.ts";
import { nameOf } from "../../report/text.ts";
import { keyOf } from "../../tree/owner.ts";
import { entry } from "./claims.ts";
import { type DrainField, goesAlone } from "./drain-node.ts";
import type { Blocker, PlanOptions } from "./drain-plan.ts";
import { isFrozen, reconcileAnnotation, serviceAccountOf } from "../freeze/original.ts";
import type { Removals } from "./plan.ts";
import { serverBlockers } from "./server-blockers.ts";
import { stuckBlockers } from "./stuck-blockers.ts";
import { describeCommand } from "./next-command.ts";

/** blockersOf are what keeps a drain from beginning, and then what may keep it from ending. */
export function blockersOf(
  field: DrainField,
  removals: Removals,
  { fluxStays = false }: Pick<PlanOptions, "fluxStays"> = {},
): Blocker[] {
  const going = goingObjects(field, removals);
  const blockers = [
    ...(fluxStays ? [] : handMade(field)),
    ...disabledInstance(field),
    ...missingAccounts(field),
    ...endangeredNamespaces(field, removals),
    ...cycles(removals),
    ...remote(field),
    ...failedUninstalls(field),
    ...stuckBlockers(field, going),
    ...serverBlockers(field, going),
  ];
  return [...blockers.filter(({ refuses }) => refuses), ...blockers.filter((one) => !one.refuses)];
}

/** Every live object that goes. */
function goingObjects(field: DrainField, { inventories, volumes }: Removals): KubernetesObject[] {
  const claims = [...volumes.values()].map(({ volume: { name, namespace } }) =>
    entry("PersistentVolumeClaim", name, { namespace }),
  );
  const listed = [...[...inventories.going.values()].flat(), ...claims];
  const found = listed.map((one) => field.index.find(one)).filter((one) => one !== undefined);
  return [...new Set([...field.scope.made, ...found, ...onTheirWay(field)])];
}

/** What an interrupted drain has deleted and somebody holds, though nothing that stands names it any more. */
function onTheirWay({ scene: { recorded }, index }: DrainField): KubernetesObject[] {
  const known = (recorded?.steps ?? []).flatMap(({ inventory }) => inventory);
  return known
    .map((one) => index.find(one))
    .filter((one) => one !== undefined)
    .filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
}

function handMade({ scope }: DrainField): Blocker[] {
  return scope.byHand.map((object) => ({
    key: keyOf(object),
    problem:
      "did not come from the sync, and would lose what uninstalls it. " +
      "Delete it, or leave its workloads behind with FLUX_BOOTSTRAP_FORCE=1",
    next: describeCommand(object),
    refuses: true,
  }));
}

/** A drain that was interrupted leaves the FluxInstance disabled, too, and marks it. */
function disabledInstance({ instance }: DrainField): Blocker[] {
  if (instance === undefined || isFrozen(instance)) return [];
  if (instance.metadata.annotations?.[reconcileAnnotation] !== "disabled") return [];
  const { name, namespace = "" } = instance.metadata;
  return [
    {
      key: keyOf(instance),
      problem: "is disabled, so flux-operator would not detach the sync",
      next: `kubectl annotate ${FluxInstance.kind.toLowerCase()} ${name} -n ${namespace} ${reconcileAnnotation}-`,
      refuses: true,
    },
  ];
}

/** Without the ServiceAccount as which it acts a controller lets go of an object and removes nothing. */
function missingAccounts({ nodes, index }: DrainField): Blocker[] {
  // Where none was read nobody knows which are missing.
  if (index.ofKind("ServiceAccount").length === 0) return [];
  const removing = [...nodes.values()].filter((node) => !goesAlone(node));
  return removing.flatMap(({ key, object, inventory }) => {
    const name = serviceAccountOf(object);
    const { namespace = "" } = object.metadata;
    if (name === undefined || inventory.length === 0) return [];
    if (index.find(entry("ServiceAccount", name, { namespace })) !== undefined) return [];
    return [
      {
        key,
        problem: `acts as ServiceAccount/${namespace}/${name}, which does not exist: it would remove nothing`,
        next: `kubectl -n ${namespace} create serviceaccount ${name}`,
        refuses: true,
      },
    ];
  });
}

/** Helm cannot be told to keep an object that it installed. */
function endangeredNamespaces(field: DrainField, { inventories }: Removals): Blocker[] {
  const kept = new Map(inventories.kept.map((one) => [one.key, one]));
  return [...field.nodes.values()].flatMap((node) => {
    const { key, object, inventory } = node;
    if (object.kind !== HelmRelease.kind || goesAlone(node)) return [];
    return inventory
      .filter(({ kind, group }) => kind === "Namespace" && group === "")
      .flatMap(({ name }) => {
        const held = kept.get(`Namespace//${name}`);
        if (held === undefined || held.reason.startsWith("marked ")) return [];
        return [
          {
            key,
            problem: `would uninstall Namespace/${name}, which ${held.reason}`,
            next: `kubectl get namespace ${name} -o yaml`,
            refuses: true,
          },
        ];
      });
  });
}

function cycles({ order }: Removals): Blocker[] {
  return order.cycles.map((keys) => ({
    key: keys[0] ?? "",
    problem: `depends on itself by way of ${keys.slice(1).map(nameOf).join(", ")}: they go at the same time`,
    next: "npm run fleet -- doctor",
    refuses: false,
  }));
}

function remote({ nodes }: DrainField): Blocker[] {
  return [...nodes.values()]
    .filter((node) => node.remote)
    .map(({ key, object }) => ({
      key,
      problem: "applies to another cluster, where nobody checks what is left",
      next: describeCommand(object),
      refuses: false,
    }));
}

function failedUninstalls({ nodes }: DrainField): Blocker[] {
  return [...nodes.values()].flatMap(({ key, object }) => {
    const failed = ["Released", "Ready"]
      .map((type) => findCondition(object, type))
      .find((condition) => condition?.reason === "UninstallFailed");
    if (object.kind !== HelmRelease.kind || failed === undefined) return [];
    return [
      {
        key,
        problem: `could not be uninstalled: ${failed.message ?? ""}`,
        next: describeCommand(object),
        refuses: false,
      },
    ];
  });
}
