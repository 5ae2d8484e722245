import { ApiError } from "../../api-server.ts";
import { listOf, read } from "../../classify/field.ts";
import type { Cluster } from "../../cluster.ts";
import { discover } from "../../discovery.ts";
import { Failure } from "../../failure.ts";
import { lean } from "../../fleet/lean.ts";
import {
  FluxInstance,
  ImageUpdateAutomation,
  type Resource,
  ResourceSetInputProvider,
} from "../../kinds.ts";
import type { KubernetesObject } from "../../object.ts";
import type { DrainScene, UnreadKind } from "./drain-plan.ts";
import { readRecord } from "../freeze/record.ts";
import { groupOf } from "./scene-index.ts";
import { drainedKinds } from "../scope.ts";
import { serviceAt } from "./server-blockers.ts";

const fluxKinds: readonly Resource[] = [
  ...drainedKinds,
  ResourceSetInputProvider,
  ImageUpdateAutomation,
  FluxInstance,
];

/** Kinds of which more than the metadata is needed, as `group/Kind`. */
const wholeKinds: readonly string[] = [
  "/Service",
  "/PersistentVolumeClaim",
  "/PersistentVolume",
  "apps/StatefulSet",
  "storage.k8s.io/StorageClass",
  "networking.k8s.io/Ingress",
  "gateway.networking.k8s.io/Gateway",
  "rbac.authorization.k8s.io/RoleBinding",
  "rbac.authorization.k8s.io/ClusterRoleBinding",
  "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
  "admissionregistration.k8s.io/MutatingWebhookConfiguration",
  "apiregistration.k8s.io/APIService",
];

/** Kinds of which there are many, and which never keep anything. */
const passedOver: readonly string[] = [
  "/Event",
  "events.k8s.io/Event",
  "/Endpoints",
  "discovery.k8s.io/EndpointSlice",
  "coordination.k8s.io/Lease",
  "apps/ControllerRevision",
];

const EndpointSlice: Resource = {
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  plural: "endpointslices",
  namespaced: true,
};

const requestsAtOnce = 16;

export interface SceneOptions {
  readonly fluxNamespace: string;
  readonly signal?: AbortSignal;
}

/**
 * readDrainScene reads what a plan needs, everything once, and of most objects only their metadata. Writes nothing.
 * Rejects with a Failure when the user may not list a kind: what nobody sees might go with its namespace.
 */
export async function readDrainScene(
  cluster: Cluster,
  { fluxNamespace, signal }: SceneOptions,
): Promise<DrainScene> {
  const [uid, discovered, record] = await Promise.all([
    cluster.uid(signal),
    discover(cluster),
    readRecord(cluster, fluxNamespace),
  ]);
  const others = discovered.filter((resource) => isWanted(resource));
  const readings = await inTurns([...fluxKinds, ...others], (resource) =>
    readKind(cluster, resource, signal),
  );
  requireRights(readings);
  const objects = readings.slice(fluxKinds.length).flatMap((reading) => reading.objects);
  const slices = await readEndpoints(cluster, objects, signal);
  return {
    uid,
    endpoint: cluster.api.url,
    fluxNamespace,
    flux: readings.slice(0, fluxKinds.length).flatMap((reading) => reading.objects),
    objects: [...objects, ...slices],
    ...(record?.plan?.cluster.uid === uid && { recorded: record.plan }),
    unread: readings.map(({ unread }) => unread).filter((unread) => unread !== undefined),
  };
}

function isWanted(resource: Resource): boolean {
  const isFlux = fluxKinds.some(
    ({ kind, apiVersion }) =>
      kind === resource.kind && groupOf(apiVersion) === groupOf(resource.apiVersion),
  );
  return !isFlux && !passedOver.includes(nameOfKind(resource));
}

function nameOfKind({ apiVersion, kind }: Resource): string {
  return `${groupOf(apiVersion)}/${kind}`;
}

interface Reading {
  readonly objects: readonly KubernetesObject[];
  readonly unread?: UnreadKind;
  readonly forbidden?: Resource;
}

async function readKind(
  cluster: Cluster,
  resource: Resource,
  signal: AbortSignal | undefined,
): Promise<Reading> {
  const { apiVersion, kind } = resource;
  const metadataOnly = !fluxKinds.includes(resource) && !wholeKinds.includes(nameOfKind(resource));
  try {
    const objects = await cluster.list(resource, { metadataOnly, ...(signal && { signal }) });
    return { objects: objects.map(lean) };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code === 403) return { objects: [], forbidden: resource };
    return { objects: [], unread: { apiVersion, kind, message: error.message } };
  }
}

function requireRights(readings: readonly Reading[]): void {
  const forbidden = readings.map((reading) => reading.forbidden).filter((one) => one !== undefined);
  const [first] = forbidden;
  if (first === undefined) return;
  const kinds = forbidden.map(({ kind }) => kind).join(", ");
  const group = groupOf(first.apiVersion);
  const plural = group === "" ? first.plural : `${first.plural}.${group}`;
  throw new Failure(
    `a destroy must be allowed to list every kind, got 403 for ${kinds}: what it does not see might go with its namespace. ` +
      "Give the user the right to list it",
    { next: `kubectl auth can-i list ${plural} --all-namespaces` },
  );
}

/** Who answers for the Services that webhooks ask. */
async function readEndpoints(
  cluster: Cluster,
  objects: readonly KubernetesObject[],
  signal: AbortSignal | undefined,
): Promise<KubernetesObject[]> {
  const services = new Map(
    objects
      .filter(({ kind }) => kind.endsWith("WebhookConfiguration"))
      .flatMap((configuration) => listOf(read(configuration, "webhooks")).map(serviceAt))
      .filter(({ name }) => name !== "")
      .map((service) => [`${service.namespace}/${service.name}`, service]),
  );
  const slices = await inTurns([...services.values()], ({ name, namespace }) =>
    cluster.list(EndpointSlice, {
      namespace,
      labelSelector: `kubernetes.io/service-name=${name}`,
      ...(signal && { signal }),
    }),
  );
  return slices.flat();
}

/** All of them, some at a time, in their order. */
async function inTurns<I, O>(items: readonly I[], run: (item: I) => Promise<O>): Promise<O[]> {
  const results: O[] = [];
  const queue = items.entries();
  const work = async () => {
    for (const [index, item] of queue) results[index] = await run(item);
  };
  await Promise.all(Array.from({ length: requestsAtOnce }, work));
  return results;
}
