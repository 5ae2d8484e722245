import { Failure } from "../failure.ts";
import { CustomResourceDefinition, Secret } from "../kinds.ts";
import { displayName, type KubernetesObject, type Reference } from "../object.ts";
import { awaitObject } from "./await-object.ts";
import { claimObject, makeClaim, requireFree, restoredBy, untilBound } from "./claim.ts";
import type { Backup, Driver, Evidence } from "./driver.ts";
import { ReplicationDestination } from "./kinds.ts";
import { type MoverStatus, readMoverLog } from "./mover-log.ts";
import type { ReplicatedVolume, VolsyncSettings } from "./settings.ts";
import { allOrNone, type VolumeContext, waitOf } from "./volume-context.ts";

type DestinationObject = KubernetesObject<
  unknown,
  { readonly lastManualSync?: string; readonly latestMoverStatus?: MoverStatus }
>;

/** What came of one volume. */
interface Moved {
  /** Undefined when its repository holds no backup. */
  readonly fact: string | undefined;
  readonly takenAt?: string;
}

const driver = "volsync";
const group = "volsync.backube";

/**
 * VolsyncDriver restores volumes with VolSync's restic mover: a ReplicationDestination for each, and the claim that the
 * layer finds. VolSync calls a restore successful that found no backup, so what counts is the mover's own log.
 */
export class VolsyncDriver implements Driver {
  readonly #volumes: readonly ReplicatedVolume[];
  readonly #context: VolumeContext;

  constructor({ volumes }: VolsyncSettings, context: VolumeContext) {
    this.#volumes = volumes;
    this.#context = context;
  }

  /** Only the mover can look into a repository: what is found here is that it can be opened. */
  async find(): Promise<Backup> {
    const { cluster } = this.#context;
    const crd = { resource: CustomResourceDefinition, name: `replicationdestinations.${group}` };
    if ((await cluster.get(crd)) === undefined) {
      throw new Failure(
        "VolSync must be installed before the restore, got no ReplicationDestination in the cluster. " +
          "Name the Kustomization that brings it in restore.after.",
        { next: `kubectl get crd ${crd.name}` },
      );
    }
    await this.#requireRepositories();
    await requireFree(cluster, this.#volumes);
    const id = this.#volumes.map(({ namespace, name }) => `${namespace}/${name}`).join(", ");
    return { id: `restic of ${id}`, takenAt: undefined };
  }

  async restore(_backup: Backup, signal: AbortSignal): Promise<Evidence | undefined> {
    const moved = await allOrNone(
      signal,
      this.#volumes.map((volume) => async (either: AbortSignal) => this.#move(volume, either)),
    );
    const empty = this.#volumes.filter((_, index) => moved[index]?.fact === undefined);
    if (empty.length === moved.length) return undefined;
    if (empty.length > 0) throw partly(empty);
    const claims = await allOrNone(
      signal,
      this.#volumes.map((volume) => async (either: AbortSignal) => this.#claim(volume, either)),
    );
    const [takenAt] = moved.flatMap(({ takenAt: taken = [] }) => taken).toSorted(byTime);
    return {
      facts: [...moved.flatMap(({ fact = [] }) => fact), ...claims],
      ...(takenAt !== undefined && { takenAt }),
    };
  }

  async #requireRepositories(): Promise<void> {
    const wanted = this.#volumes.map(({ namespace, repository: name }) => ({
      resource: Secret,
      namespace,
      name,
    }));
    const found = await Promise.all(
      wanted.map(async (secret) => this.#context.cluster.get(secret)),
    );
    const missing = wanted.filter((_, index) => found[index] === undefined);
    const [first] = missing;
    if (first === undefined) return;
    throw new Failure(
      `the repositories' Secrets must exist before the restore, got none for ${missing.map(displayName).join(", ")}. ` +
        "Bring them in the layer named by restore.after.",
      { next: `kubectl -n ${first.namespace} get secret ${first.name}` },
    );
  }

  /** The claim comes after the data where the data is copied, before it where the mover writes into it. */
  async #move(volume: ReplicatedVolume, signal: AbortSignal): Promise<Moved> {
    const { cluster, run } = this.#context;
    const trigger = `restore-${run}`;
    if (volume.copyMethod === "Direct") {
      await makeClaim(cluster, claimObject(volume, driver, undefined));
    }
    const applied = await cluster.apply<DestinationObject>(
      ReplicationDestination,
      destinationObject(volume, trigger),
    );
    const { logs = "" } = await this.#synchronised(applied, trigger, signal);
    const label = `${volume.namespace}/${volume.name}`;
    const { snapshot, takenAt, nothing } = readMoverLog(logs);
    if (nothing) return { fact: undefined };
    if (snapshot === undefined) {
      throw new Failure(`${label}: VolSync's mover does not say which snapshot it restored`, {
        next: `kubectl -n ${volume.namespace} describe replicationdestination ${destinationName(volume)}`,
      });
    }
    const taken = takenAt === undefined ? "" : ` of ${takenAt}`;
    const fact = `${label}: restic snapshot ${snapshot}${taken}`;
    return { fact, ...(takenAt !== undefined && { takenAt }) };
  }

  async #synchronised(
    applied: DestinationObject,
    trigger: string,
    signal: AbortSignal,
  ): Promise<MoverStatus> {
    const { namespace = "", name } = applied.metadata;
    const reference: Reference = { resource: ReplicationDestination, name, namespace };
    const next = `kubectl -n ${namespace} describe replicationdestination ${name}`;
    const wait = { what: `${displayName(reference)} (synchronised)`, next, signal };
    // A failure that was there before belongs to an earlier run.
    const before = JSON.stringify(applied.status?.latestMoverStatus);
    const waiting = waitOf(this.#context, wait);
    return awaitObject<MoverStatus>(this.#context.cluster, reference, waiting, (object) => {
      const { status = {} } = (object ?? {}) as Partial<DestinationObject>;
      const { lastManualSync, latestMoverStatus: mover = {} } = status;
      if (lastManualSync === trigger) return { done: true, value: mover };
      const last = mover.logs?.trim().split("\n").at(-1) ?? "no log";
      if (mover.result === "Failed" && JSON.stringify(mover) !== before) {
        throw new Failure(`${displayName(reference)}: VolSync's mover failed: ${last}`, { next });
      }
      return { done: false, state: mover.result === undefined ? "no mover yet" : last };
    });
  }

  async #claim(volume: ReplicatedVolume, signal: AbortSignal): Promise<string> {
    const { namespace, name, copyMethod } = volume;
    if (copyMethod === "Direct") return `${namespace}/${name} was written by the mover`;
    const source = {
      apiGroup: group,
      kind: ReplicationDestination.kind,
      name: destinationName(volume),
    };
    await makeClaim(this.#context.cluster, claimObject(volume, driver, source));
    return untilBound(this.#context, volume, signal);
  }
}

/** destinationObject asks VolSync for one restore, which `trigger` names. */
export function destinationObject(volume: ReplicatedVolume, trigger: string): DestinationObject {
  const { namespace, copyMethod, repository, restoreAsOf } = volume;
  const { apiVersion, kind } = ReplicationDestination;
  return {
    apiVersion,
    kind,
    metadata: {
      name: destinationName(volume),
      namespace,
      labels: { [restoredBy]: driver },
    },
    spec: {
      trigger: { manual: trigger },
      restic: {
        repository,
        copyMethod,
        ...(copyMethod === "Direct" ? { destinationPVC: volume.name } : ownVolume(volume)),
        ...(restoreAsOf !== undefined && { restoreAsOf }),
      },
    },
  };
}

function ownVolume({ capacity, accessModes, storageClass, snapshotClass }: ReplicatedVolume) {
  return {
    capacity,
    accessModes,
    ...(storageClass !== undefined && { storageClassName: storageClass }),
    ...(snapshotClass !== undefined && { volumeSnapshotClassName: snapshotClass }),
  };
}

function destinationName({ name }: ReplicatedVolume): string {
  return `${name}-restore`;
}

function partly(empty: readonly ReplicatedVolume[]): Failure {
  const names = empty.map(({ namespace, name }) => `${namespace}/${name}`).join(", ");
  return new Failure(
    `every volume must have a backup or none, got none for ${names}. ` +
      "Leave those out of restore.volumes, or correct their repository.",
  );
}

function byTime(a: string, b: string): number {
  return Date.parse(a) - Date.parse(b);
}
