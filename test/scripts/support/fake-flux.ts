import {
  FluxInstance,
  GitRepository,
  HelmRelease,
  Kustomization,
  type Resource,
  ResourceSet,
} from "../../../scripts/lib/kinds.ts";
import type { KubernetesObject, Reference } from "../../../scripts/lib/object.ts";
import { purposeLabel, requestedAt } from "../../../scripts/lib/gate/canary.ts";
import { inventoryOf } from "../../../scripts/lib/tree/inventory.ts";
import { keyOf, ownerOf } from "../../../scripts/lib/tree/owner.ts";
import type { FakeApiServer } from "../../support/api-server.ts";
import { namespace } from "./flux.ts";

interface Spec {
  readonly suspend?: boolean;
  readonly deletionPolicy?: string;
  readonly dependsOn?: readonly { readonly name?: string }[];
  readonly sync?: object;
}

type FluxObject = KubernetesObject<Spec>;

/** What the fake controllers did that a drain must not make them do. */
export interface FluxPlay {
  /** Objects that a parent created again, in order. */
  readonly recreated: string[];
  /** HelmReleases that got a new revision. */
  readonly upgraded: string[];
  /** Flux objects in the order in which they were gone. */
  readonly gone: string[];
}

export interface PlayOptions {
  /** Kinds whose controller does not work. */
  readonly dead?: readonly string[];
  /** Whether the controllers apply again what is missing, as they do at every interval. */
  readonly recreating?: boolean;
}

const applying: readonly Resource[] = [Kustomization, HelmRelease, ResourceSet];
const disabled = "fluxcd.controlplane.io/reconcile";

/**
 * Plays flux-operator, kustomize-, helm- and source-controller as far as a drain has to do with them. A deleted object
 * takes its inventory along unless it is suspended, disabled or orphans it. One that depends on what does not exist
 * applies nothing; any other creates again what is missing of its Flux objects, and a HelmRelease that is resumed makes
 * a new revision. flux-operator puts the sync back, root and all, unless the FluxInstance is disabled.
 */
export function runFlux(server: FakeApiServer, options: PlayOptions = {}): FluxPlay {
  const play: FluxPlay = { recreated: [], upgraded: [], gone: [] };
  const { dead = [], recreating = true } = options;
  const suspended = new Set<string>();
  server.react((object, event) => {
    const known = object as FluxObject;
    if (known.metadata.labels?.[purposeLabel] !== undefined) return;
    if (event === "DELETED") {
      if (isApplying(known.kind)) play.gone.push(keyOf(known));
      if (recreating) createAgain(server, known, { play, dead });
    } else if (!dead.includes(known.kind)) {
      reconcile(server, known, { play, suspended });
      if (recreating && known.kind === Kustomization.kind) undo(server, known);
    }
  });
  return play;
}

function reconcile(
  server: FakeApiServer,
  object: FluxObject,
  { play, suspended }: { readonly play: FluxPlay; readonly suspended: Set<string> },
): void {
  if (object.kind === FluxInstance.kind) operate(server, object);
  if (object.metadata.deletionTimestamp !== undefined) {
    finalize(server, object);
    return;
  }
  handle(server, object);
  const key = keyOf(object);
  const resumed = !isSuspended(object) && suspended.delete(key);
  if (isSuspended(object)) suspended.add(key);
  if (resumed && object.kind === HelmRelease.kind && canApply(server, object)) {
    play.upgraded.push(key);
  }
}

function isApplying(kind: string): boolean {
  return applying.some((resource) => resource.kind === kind);
}

function isSuspended({ kind, metadata, spec }: FluxObject): boolean {
  if (kind === ResourceSet.kind) return metadata.annotations?.[disabled] === "disabled";
  return spec?.suspend === true;
}

/** Whether its controller would apply the object now. */
function canApply(server: FakeApiServer, object: FluxObject | undefined): boolean {
  if (object === undefined || object.metadata.deletionTimestamp !== undefined) return false;
  if (isSuspended(object)) return false;
  const resource = resourceOf(object.kind);
  return (object.spec?.dependsOn ?? []).every(({ name = "" }) => {
    const at = object.metadata.namespace ?? namespace;
    return resource !== undefined && server.get({ resource, name, namespace: at }) !== undefined;
  });
}

/** What applied an object puts it back when it goes missing. */
function createAgain(
  server: FakeApiServer,
  gone: FluxObject,
  { play, dead }: { readonly play: FluxPlay; readonly dead: readonly string[] },
): void {
  const resource = resourceOf(gone.kind);
  if (resource === undefined || !isApplying(gone.kind)) return;
  const owner = ownerOf(gone);
  const parent = allOf(server).find((object) => keyOf(object) === owner);
  if (parent === undefined || dead.includes(parent.kind) || !canApply(server, parent)) return;
  const { name, namespace: at, labels, finalizers } = gone.metadata;
  play.recreated.push(keyOf(gone));
  server.put(resource, {
    metadata: {
      name,
      ...(at !== undefined && { namespace: at }),
      ...(labels !== undefined && { labels }),
      finalizers: finalizers ?? ["finalizers.fluxcd.io"],
    },
    spec: gone.spec,
    status: gone.status,
  });
}

/** What applied a Kustomization puts its dependencies back. */
function undo(server: FakeApiServer, child: FluxObject): void {
  const { dependsOn = [] } = child.spec ?? {};
  if (!dependsOn.some(({ name }) => name === "flux-bootstrap-drain")) return;
  const owner = ownerOf(child);
  const parent = allOf(server).find((object) => keyOf(object) === owner);
  const operator = server.get(instanceReference) as FluxObject | undefined;
  const isRoot = owner === undefined || owner.startsWith("FluxInstance/");
  const undone = isRoot ? isOn(operator) : canApply(server, parent);
  if (!undone) return;
  const { name, namespace: at = namespace } = child.metadata;
  server.merge({ resource: Kustomization, name, namespace: at }, { spec: { dependsOn: null } });
}

function isOn(instance: FluxObject | undefined): boolean {
  if (instance === undefined || instance.spec?.sync === undefined) return false;
  return instance.metadata.annotations?.[disabled] !== "disabled";
}

const instanceReference = { resource: FluxInstance, name: "flux", namespace };

function operate(server: FakeApiServer, instance: FluxObject): void {
  if (instance.metadata.annotations?.[disabled] === "disabled") return;
  if (instance.spec?.sync !== undefined) return;
  server.remove({ resource: Kustomization, name: "flux-system", namespace });
  server.remove({ resource: GitRepository, name: "flux-system", namespace });
}

function handle(server: FakeApiServer, object: FluxObject): void {
  const resource = resourceOf(object.kind);
  const token = object.metadata.annotations?.[requestedAt];
  const { lastHandledReconcileAt } = (object.status ?? {}) as { lastHandledReconcileAt?: string };
  if (resource === undefined || token === undefined || token === lastHandledReconcileAt) return;
  const { name, namespace: at = namespace } = object.metadata;
  server.merge({ resource, name, namespace: at }, { status: { lastHandledReconcileAt: token } });
}

function finalize(server: FakeApiServer, object: FluxObject): void {
  const { name, namespace: at = namespace } = object.metadata;
  const resource = resourceOf(object.kind);
  if (resource === undefined || resource === FluxInstance) return;
  if (!isSuspended(object) && object.spec?.deletionPolicy !== "Orphan") {
    for (const reference of inventory(server, object)) server.remove(reference);
  }
  server.merge({ resource, name, namespace: at }, { metadata: { finalizers: foreignOf(object) } });
}

/** The finalizers of somebody else; null when there is none. */
function foreignOf({ metadata: { finalizers = [] } }: FluxObject): string[] | null {
  const foreign = finalizers.filter((one) => one !== "finalizers.fluxcd.io");
  return foreign.length === 0 ? null : foreign;
}

function inventory(server: FakeApiServer, object: FluxObject): Reference[] {
  return inventoryOf(object).flatMap(({ kind, name, namespace: at }) => {
    const resource = [...server.resources].find((known) => known.kind === kind);
    if (resource === undefined) return [];
    const reference = { resource, name, ...(at !== undefined && { namespace: at }) };
    const { annotations = {} } = server.get(reference)?.metadata ?? {};
    const kept = annotations["kustomize.toolkit.fluxcd.io/prune"] === "disabled";
    return kept ? [] : [reference];
  });
}

function resourceOf(kind: string): Resource | undefined {
  return [...applying, GitRepository, FluxInstance].find((resource) => resource.kind === kind);
}

function allOf(server: FakeApiServer): FluxObject[] {
  return applying.flatMap((resource) => server.all(resource) as FluxObject[]);
}
