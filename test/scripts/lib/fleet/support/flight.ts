import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Recorder } from "../../../../../scripts/lib/fleet/recorder.ts";
import { replay } from "../../../../../scripts/lib/fleet/recording.ts";
import { displayName, type KubernetesObject } from "../../../../../scripts/lib/object.ts";
import { Redactor } from "../../../../../scripts/lib/redact.ts";

export const startedAt = Date.parse("2026-01-01T12:00:00Z");

/** A HelmRelease in namespace `apps`. */
export function release(name: string, more: object = {}): KubernetesObject {
  return {
    apiVersion: "helm.toolkit.fluxcd.io/v2",
    kind: "HelmRelease",
    metadata: { name, namespace: "apps" },
    spec: { interval: "1h" },
    ...more,
  };
}

/** What makes an object Ready, or not. */
export function ready(status: string, reason: string) {
  return { status: { conditions: [{ type: "Ready", status, reason, message: `is ${reason}` }] } };
}

/** Flight is a folder for one recording, and the server's clock while it is made. */
export class Flight {
  now = startedAt;
  path: string;
  readonly folder: string;
  readonly redactor = new Redactor();

  private constructor(folder: string) {
    this.folder = folder;
    this.path = join(folder, "made", "run.jsonl");
  }

  static async prepare(): Promise<Flight> {
    return new Flight(await mkdtemp(join(tmpdir(), "flight-")));
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }

  open(more: { mostBytes?: number } = {}): Recorder {
    return new Recorder(this.path, {
      clusterUid: "uid",
      fluxNamespace: "flux-system",
      now: () => this.now,
      redactor: this.redactor,
      ...more,
    });
  }

  /** One at 0 s, not ready; two at 10 s; one ready at 20 s; one gone at 30 s, and a note. */
  record(): void {
    const recorder = this.open();
    recorder.seen(release("one", ready("False", "InstallFailed")));
    this.now += 10_000;
    recorder.seen(release("two"));
    this.now += 10_000;
    recorder.seen(release("one", ready("True", "InstallSucceeded")));
    this.now += 10_000;
    recorder.gone(release("one"));
    recorder.note("the gate passed");
    recorder.close();
  }

  async lines(): Promise<string[]> {
    return (await readFile(this.path, "utf8")).trimEnd().split("\n");
  }

  async namesAt(at?: string): Promise<string[]> {
    return (await replay(this.path, at)).objects.map(displayName);
  }
}
