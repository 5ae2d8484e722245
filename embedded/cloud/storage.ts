import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** The provisioner that a StorageClass names to get volumes of this cloud. */
export const provisioner = "embedded.flux-bootstrap.dev/directory";
/** The annotation by which a volume names who made it. */
export const provisionedBy = "pv.kubernetes.io/provisioned-by";
/** The finalizer of the field's provisioners: no volume goes before its data is gone. */
export const volumeFinalizer = "external-provisioner.volume.kubernetes.io/finalizer";

/** Storage keeps a directory for each volume, under the volume's name and for the owner alone. */
export class Storage {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Where the data of the volume is. */
  pathOf(volume: string): string {
    return join(this.#directory, volume);
  }

  make(volume: string): void {
    mkdirSync(this.pathOf(volume), { recursive: true, mode: 0o700 });
  }

  /** Removes the volume's directory and what is in it, by its name: a path in the API is what anyone writes there. */
  remove(volume: string): void {
    rmSync(this.pathOf(volume), { recursive: true, force: true });
  }
}
