import { Failure } from "../failure.ts";
import type { Resource } from "../kinds.ts";
import { displayName, type KubernetesObject, type Reference } from "../object.ts";
import { claimObject, type DataSource, makeClaim, requireFree, untilBound } from "./claim.ts";
import type { Backup, Driver, Evidence } from "./driver.ts";
import { VolumeSnapshot } from "./kinds.ts";
import type { PopulatedVolume, PopulatorSettings } from "./settings.ts";
import { allOrNone, type VolumeContext } from "./volume-context.ts";

type SnapshotObject = KubernetesObject<
  unknown,
  {
    readonly readyToUse?: boolean;
    readonly creationTime?: string;
    readonly error?: { readonly message?: string };
  }
>;

const driver = "populator";

/**
 * PopulatorDriver restores volumes by claims whose data source is a VolumeSnapshot, or an object that a volume populator
 * knows. Kubernetes binds such a claim only when its data is there.
 */
export class PopulatorDriver implements Driver {
  readonly #volumes: readonly PopulatedVolume[];
  readonly #context: VolumeContext;

  constructor({ volumes }: PopulatorSettings, context: VolumeContext) {
    this.#volumes = volumes;
    this.#context = context;
  }

  async find(): Promise<Backup | undefined> {
    const { cluster } = this.#context;
    const sources = this.#volumes.map(sourceReference);
    const found = await Promise.all(
      sources.map(async (source) => cluster.get<SnapshotObject>(source)),
    );
    const missing = sources.filter((_, index) => found[index] === undefined);
    if (missing.length === sources.length) return undefined;
    if (missing.length > 0) throw partly(missing);
    const snapshots = found.filter((source) => source !== undefined);
    for (const snapshot of snapshots) requireReady(snapshot);
    await requireFree(cluster, this.#volumes);
    const times = snapshots.flatMap(({ status }) => status?.creationTime ?? []);
    const known = times.length === snapshots.length;
    return {
      id: sources.map(displayName).join(", "),
      takenAt: known ? times.toSorted((a, b) => Date.parse(a) - Date.parse(b))[0] : undefined,
    };
  }

  async restore(_backup: Backup, signal: AbortSignal): Promise<Evidence> {
    const facts = await allOrNone(
      signal,
      this.#volumes.map((volume) => async (either: AbortSignal) => {
        await makeClaim(this.#context.cluster, claimObject(volume, driver, dataSource(volume)));
        return untilBound(this.#context, volume, either);
      }),
    );
    return { facts };
  }
}

/** dataSource is what fills the claim. */
export function dataSource({ source }: PopulatedVolume): DataSource {
  const { apiVersion, kind, name } = source;
  const [apiGroup = "", version] = apiVersion.split("/");
  return { ...(version !== undefined && { apiGroup }), kind, name };
}

/** The source stands in the namespace of the claim, as Kubernetes wants it. */
function sourceReference({ namespace, source }: PopulatedVolume): Reference {
  const { apiVersion, kind, name } = source;
  const plural = source.plural ?? `${kind.toLowerCase()}s`;
  const resource: Resource = { apiVersion, kind, plural, namespaced: true };
  return { resource, name, namespace };
}

function requireReady(snapshot: SnapshotObject): void {
  const { status, metadata } = snapshot;
  if (snapshot.kind !== VolumeSnapshot.kind || status?.readyToUse === true) return;
  const why = status?.error?.message ?? "it is not ready to use";
  throw new Failure(`${displayName(snapshot)} must be ready to use, got: ${why}`, {
    next: `kubectl -n ${metadata.namespace ?? ""} describe volumesnapshot ${metadata.name}`,
  });
}

function partly(missing: readonly Reference[]): Failure {
  return new Failure(
    `every volume must have a backup or none, got none for ${missing.map(displayName).join(", ")}. ` +
      "Leave those out of restore.volumes, or correct their source.",
  );
}
