import { hostname } from "node:os";

import { ApiError } from "../api-server.ts";
import type { Cluster } from "../cluster.ts";
import { ConfigMap } from "../kinds.ts";
import type { Log } from "../log.ts";
import { displayName, type KubernetesObject } from "../object.ts";
import { persist } from "./persist.ts";

/** The ConfigMap that a layer waits for. */
export const markerName = "flux-restore";

const states = ["none", "restored", "missing"] as const;

export type RestoreState = (typeof states)[number];

/** Marker says that the question of the data is settled: a layer may start, and nothing is ever restored again. */
export interface Marker {
  /** none: no restore was configured; missing: there was no backup. */
  readonly state: RestoreState;
  /** Kind of the driver, `none` without one. */
  readonly driver: string;
  /** Redacted; empty without a backup. */
  readonly backup: string;
  /** RFC 3339; empty when not known. */
  readonly takenAt: string;
  /** When the marker was written. */
  readonly at: string;
  /** Of the restore settings; empty without any. */
  readonly digest: string;
}

/** A ConfigMap as the API serves it. */
export type ConfigMapObject = KubernetesObject & {
  readonly data?: Readonly<Record<string, string>>;
};

/** Flux reconciles at once what names a ConfigMap with this label when that changes. */
const watchedByFlux = { "reconcile.fluxcd.io/watch": "Enabled" };
const runAnnotation = "flux-bootstrap.dev/restore-run";

export async function readMarker(cluster: Cluster, namespace: string): Promise<Marker | undefined> {
  const reference = { resource: ConfigMap, name: markerName, namespace };
  const found = await cluster.get<ConfigMapObject>(reference);
  if (found === undefined) return undefined;
  const { data = {}, metadata } = found;
  const value = (key: string) => data[key] ?? "";
  const state = states.find((known) => known === value("RESTORE_STATE"));
  return {
    // What a person made by hand releases the layer just as well.
    state: state ?? "none",
    driver: value("RESTORE_DRIVER"),
    backup: value("RESTORE_BACKUP"),
    takenAt: value("RESTORE_TAKEN_AT"),
    at: data["RESTORE_AT"] ?? metadata.creationTimestamp ?? "",
    digest: value("RESTORE_DIGEST"),
  };
}

/** writeMarker resolves when the marker is there; `run` tells this run from every other. */
export async function writeMarker(
  cluster: Cluster,
  marker: Marker,
  { namespace, run, log }: { readonly namespace: string; readonly run: string; readonly log: Log },
): Promise<void> {
  const object = markerObject(marker, namespace, run);
  try {
    await persist(async () => cluster.create(ConfigMap, object));
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== "AlreadyExists") throw error;
    // Either the answer to this run's own write was lost, or a person released the layers meanwhile.
    const found = await cluster.get({ resource: ConfigMap, name: markerName, namespace });
    const own = found?.metadata.annotations?.[runAnnotation] === run;
    if (!own) log.line(`${displayName(object)} was made by someone else`);
  }
}

/** markerObject is the ConfigMap; its keys are variables that the layer may use. */
function markerObject(marker: Marker, namespace: string, run: string): ConfigMapObject {
  return {
    apiVersion: ConfigMap.apiVersion,
    kind: ConfigMap.kind,
    metadata: {
      name: markerName,
      namespace,
      labels: watchedByFlux,
      annotations: { [runAnnotation]: run },
    },
    data: {
      RESTORE_STATE: marker.state,
      RESTORE_DRIVER: marker.driver,
      RESTORE_BACKUP: marker.backup,
      RESTORE_TAKEN_AT: marker.takenAt,
      RESTORE_AT: marker.at,
      RESTORE_DIGEST: marker.digest,
    },
  };
}

/** Who restores, for a person who finds the record. */
export function thisProcess(): string {
  return `${hostname()} (process ${process.pid})`;
}
