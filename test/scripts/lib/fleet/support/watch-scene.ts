import { Cluster } from "../../../../../scripts/lib/cluster.ts";
import { FleetWatch } from "../../../../../scripts/lib/fleet/fleet-watch.ts";
import type { Recorder } from "../../../../../scripts/lib/fleet/recorder.ts";
import {
  GitRepository,
  HelmRelease,
  Kustomization,
  Lease,
} from "../../../../../scripts/lib/kinds.ts";
import { displayName } from "../../../../../scripts/lib/object.ts";
import { FakeApiServer } from "../../../../support/api-server.ts";

export const fluxNamespace = "flux-system";
export const kinds = [GitRepository, Kustomization, HelmRelease, Lease];
export const one = { resource: HelmRelease, name: "one", namespace: "apps" };

/** WatchScene is a FleetWatch over a few kinds of a FakeApiServer. */
export class WatchScene {
  readonly server: FakeApiServer;
  readonly cluster: Cluster;
  readonly done = new AbortController();
  watch: FleetWatch;
  /** How often the watch said that something changed. */
  changes = 0;
  #wake: () => void = () => undefined;

  private constructor(server: FakeApiServer) {
    this.server = server;
    this.cluster = new Cluster(server.kubeconfig(), "test");
    this.watch = this.#watch();
  }

  static async prepare(): Promise<WatchScene> {
    return new WatchScene(await FakeApiServer.start());
  }

  async end(): Promise<void> {
    this.done.abort();
    await this.server.stop();
  }

  /** Replaces the watch, which has not begun, by one that records. */
  recordTo(recorder: Recorder): void {
    this.watch = this.#watch(recorder);
  }

  /** Resolves once the condition holds after a change. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  /** Starts the watch and resolves once it has listed everything. */
  async listed(): Promise<void> {
    this.watch.start(this.done.signal, () => {
      this.changes += 1;
      this.#wake();
    });
    await this.until(() => this.watch.listed);
  }

  /** Creates or replaces a HelmRelease. */
  put(name: string, status: object = {}): void {
    this.server.put(HelmRelease, { metadata: { name, namespace: "apps" }, status });
  }

  /** What is known, in order. */
  get names(): string[] {
    return this.watch.snapshot().objects.map(displayName).sort();
  }

  get unread(): string[] {
    return this.watch.snapshot().unread.map(({ resource, why }) => `${resource.kind} ${why}`);
  }

  #watch(recorder?: Recorder): FleetWatch {
    return new FleetWatch(this.cluster, { fluxNamespace, kinds, ...(recorder && { recorder }) });
  }
}

/** Resolves after what is due now has run. */
export function turn(): Promise<unknown> {
  return new Promise((resolve) => setImmediate(resolve));
}
