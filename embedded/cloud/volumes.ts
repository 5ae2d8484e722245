import type { CloudContext } from "./cloud.ts";
import { isKeptFrom } from "./faults.ts";
import { addFinalizer, hasFinalizer, removeFinalizer } from "./finalizers.ts";
import { type Attachment, PersistentVolume, type Volume, VolumeAttachment } from "./kinds.ts";
import { provisionedBy, provisioner, type Storage, volumeFinalizer } from "./storage.ts";
import { Underway } from "./underway.ts";
import { WorkQueue } from "./work-queue.ts";

/** What the controller has to do for a volume in that state. */
export type VolumeNeed = "hold" | "let go" | "delete" | "nothing";

/** Volumes deletes each volume of this cloud that its claim has released and whose reclaim policy says so. */
export class Volumes {
  readonly #context: CloudContext;
  readonly #storage: Storage;
  readonly #queue: WorkQueue;
  readonly #underway: Underway;

  constructor(context: CloudContext, storage: Storage) {
    this.#context = context;
    this.#storage = storage;
    this.#queue = new WorkQueue({
      work: (name) => this.#reconcile(name),
      failed: (name, error) => {
        context.report(`PersistentVolume/${name} is tried again: ${String(error)}`);
      },
    });
    this.#underway = new Underway(context.latencies, this.#queue);
  }

  start(): void {
    const { cluster, report, signal } = this.#context;
    const lost = (error: Error) => {
      report(`volumes are not followed: ${error.message}`);
    };
    const options = { signal, lost };
    const seen = (volume: Volume) => {
      if (isOwn(volume)) this.#queue.add(volume.metadata.name);
    };
    cluster.follow<Volume>(PersistentVolume, options, { seen, gone: seen });
    cluster.follow<Attachment>(VolumeAttachment, options, {
      seen: () => undefined,
      gone: ({ spec }) => {
        const volume = spec?.source?.persistentVolumeName;
        if (volume !== undefined) this.#queue.add(volume);
      },
    });
    signal.addEventListener("abort", () => {
      this.#queue.stop();
    });
  }

  async #reconcile(name: string): Promise<void> {
    const { cluster, notices } = this.#context;
    const reference = { resource: PersistentVolume, name };
    const volume = await cluster.get<Volume>(reference);
    const need = volume === undefined ? "nothing" : volumeNeed(volume);
    if (need !== "delete") this.#underway.end(name);
    if (volume === undefined) return;
    switch (need) {
      case "hold":
        await addFinalizer(cluster, reference, volume, volumeFinalizer);
        return;
      case "let go":
        await removeFinalizer(cluster, reference, volume.metadata.uid, volumeFinalizer);
        return;
      case "delete":
        await this.#delete(volume);
        return;
      case "nothing":
        notices.clear(volume);
    }
  }

  async #delete(volume: Volume): Promise<void> {
    const { name, uid = "" } = volume.metadata;
    const obstacle = await this.#obstacle(volume);
    if (obstacle !== undefined) {
      this.#underway.end(name);
      await this.#context.notices.warn(volume, "VolumeFailedDelete", obstacle);
    } else if (this.#underway.isOver(name, "delete-volume", uid)) {
      const { cluster } = this.#context;
      const reference = { resource: PersistentVolume, name };
      this.#storage.remove(name);
      await cluster.delete(reference, { uid });
      await removeFinalizer(cluster, reference, uid, volumeFinalizer);
    }
  }

  async #obstacle(volume: Volume): Promise<string | undefined> {
    const { name } = volume.metadata;
    if (isKeptFrom("release", volume)) {
      return "the annotation embedded.flux-bootstrap.dev/release says never";
    }
    const attachments = await this.#context.cluster.list<Attachment>(VolumeAttachment);
    const attached = attachments.find(({ spec }) => spec?.source?.persistentVolumeName === name);
    if (attached === undefined) return undefined;
    return `persistentvolume ${name} is still attached to node ${attached.spec?.nodeName ?? ""}`;
  }
}

function isOwn({ metadata }: Volume): boolean {
  return metadata.annotations?.[provisionedBy] === provisioner;
}

export function volumeNeed(volume: Volume): VolumeNeed {
  if (!isOwn(volume)) return "nothing";
  const held = hasFinalizer(volume, volumeFinalizer);
  const { persistentVolumeReclaimPolicy: policy } = volume.spec ?? {};
  if (policy !== "Delete") return held ? "let go" : "nothing";
  if (held) return isReleased(volume) ? "delete" : "nothing";
  return volume.metadata.deletionTimestamp === undefined ? "hold" : "nothing";
}

function isReleased({ status }: Volume): boolean {
  return ["Released", "Failed"].includes(status?.phase ?? "");
}
