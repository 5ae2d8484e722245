import { ApiError } from "../../scripts/lib/api-server.ts";
import { PersistentVolumeClaim } from "../../scripts/lib/kinds.ts";
import type { CloudContext } from "./cloud.ts";
import { inheritedFaults, isKeptFrom } from "./faults.ts";
import {
  type Claim,
  PersistentVolume,
  StorageClass,
  type StorageClassObject,
  type Volume,
} from "./kinds.ts";
import { provisionedBy, provisioner, type Storage, volumeFinalizer } from "./storage.ts";
import { Underway } from "./underway.ts";
import { WorkQueue } from "./work-queue.ts";

/** The annotation by which the controller-manager hands a claim to a provisioner. */
export const storageProvisioner = "volume.kubernetes.io/storage-provisioner";

/** Claims makes a volume for each claim that the controller-manager hands to this cloud. */
export class Claims {
  readonly #context: CloudContext;
  readonly #storage: Storage;
  readonly #queue: WorkQueue;
  readonly #underway: Underway;

  constructor(context: CloudContext, storage: Storage) {
    this.#context = context;
    this.#storage = storage;
    this.#queue = new WorkQueue({
      work: (key) => this.#reconcile(key),
      failed: (key, error) => {
        context.report(`PersistentVolumeClaim/${key} is tried again: ${String(error)}`);
      },
    });
    this.#underway = new Underway(context.latencies, this.#queue);
  }

  start(): void {
    const { cluster, report, signal } = this.#context;
    const lost = (error: Error) => {
      report(`claims are not followed: ${error.message}`);
    };
    const seen = (claim: Claim) => {
      if (isHandedOver(claim)) this.#queue.add(keyOf(claim));
    };
    const options = { signal, lost };
    cluster.follow<Claim>(PersistentVolumeClaim, options, { seen, gone: seen });
    signal.addEventListener("abort", () => {
      this.#queue.stop();
    });
  }

  async #reconcile(key: string): Promise<void> {
    const { cluster, notices } = this.#context;
    const [namespace = "", name = ""] = key.split("/");
    const claim = await cluster.get<Claim>({ resource: PersistentVolumeClaim, namespace, name });
    if (claim === undefined || !needsVolume(claim)) {
      this.#underway.end(key);
      if (claim !== undefined) notices.clear(claim);
    } else if (isKeptFrom("provide", claim)) {
      this.#underway.end(key);
      const message = "the annotation embedded.flux-bootstrap.dev/provide says never";
      await notices.warn(claim, "ProvisioningFailed", message);
    } else if (this.#underway.isOver(key, "provision-volume", claim.metadata.uid ?? "")) {
      await this.#provision(claim);
    }
  }

  async #provision(claim: Claim): Promise<void> {
    const { cluster } = this.#context;
    const { storageClassName: name = "" } = claim.spec ?? {};
    const reference = { resource: StorageClass, name };
    const storageClass = await cluster.get<StorageClassObject>(reference);
    if (storageClass === undefined) throw new Error(`there is no StorageClass/${name}`);
    const { reclaimPolicy = "Delete" } = storageClass;
    const volume = volumeOf(claim, reclaimPolicy, (own) => this.#storage.pathOf(own));
    this.#storage.make(volume.metadata.name);
    try {
      await cluster.create(PersistentVolume, volume);
    } catch (error) {
      // Made before a restart, or before the controller-manager had bound it.
      if (!(error instanceof ApiError) || error.reason !== "AlreadyExists") throw error;
    }
  }
}

function isHandedOver({ metadata }: Claim): boolean {
  return metadata.annotations?.[storageProvisioner] === provisioner;
}

/** Whether the claim is this cloud's and has no volume yet. */
export function needsVolume(claim: Claim): boolean {
  const { deletionTimestamp } = claim.metadata;
  const { volumeName = "" } = claim.spec ?? {};
  return isHandedOver(claim) && deletionTimestamp === undefined && volumeName === "";
}

/** The volume for a claim, bound to no other; its name comes from the claim's UID, so that it is made once. */
function volumeOf(claim: Claim, reclaimPolicy: string, pathOf: (name: string) => string): Volume {
  const { namespace = "", name: claimName, uid = "" } = claim.metadata;
  const { storageClassName, accessModes, volumeMode, resources } = claim.spec ?? {};
  const name = `pvc-${uid}`;
  const { apiVersion, kind } = PersistentVolume;
  const claimRef = {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    namespace,
    name: claimName,
    uid,
  };
  const spec = {
    storageClassName,
    accessModes,
    volumeMode,
    capacity: resources?.requests,
    persistentVolumeReclaimPolicy: reclaimPolicy,
    claimRef,
    hostPath: { path: pathOf(name), type: "Directory" },
  };
  const annotations = { [provisionedBy]: provisioner, ...inheritedFaults(claim) };
  const finalizers = reclaimPolicy === "Delete" ? [volumeFinalizer] : [];
  return { apiVersion, kind, metadata: { name, annotations, finalizers }, spec };
}

function keyOf({ metadata }: Claim): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}
