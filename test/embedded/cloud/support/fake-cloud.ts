import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { readAddresses } from "../../../../embedded/cloud/addresses.ts";
import { Cloud } from "../../../../embedded/cloud/cloud.ts";
import { settings } from "../../../../embedded/cloud/latencies.ts";
import { Cluster } from "../../../../scripts/lib/cluster.ts";
import { ConfigMap, type Resource } from "../../../../scripts/lib/kinds.ts";
import type { KubernetesObject, Reference } from "../../../../scripts/lib/object.ts";
import { FakeApiServer } from "../../../support/api-server.ts";

/** A time that no test waits for. */
export const never = "600000";

const instant = {
  "attach-address": "0",
  "release-address": "0",
  "provision-volume": "0",
  "delete-volume": "0",
};

/** FakeCloud is the cloud on a fake API server, without latencies unless a test sets some. */
export class FakeCloud {
  readonly server: FakeApiServer;
  readonly directory = mkdtempSync(join(tmpdir(), "cloud-"));
  readonly addresses = join(this.directory, "addresses.json");
  readonly volumes = join(this.directory, "volumes");
  readonly reported: string[] = [];
  #cloud: Cloud;

  private constructor(server: FakeApiServer) {
    this.server = server;
    this.#cloud = this.#make();
  }

  static async start(): Promise<FakeCloud> {
    const fake = new FakeCloud(await FakeApiServer.start());
    fake.setLatencies({});
    await fake.#cloud.start();
    return fake;
  }

  async stop(): Promise<void> {
    this.#cloud.stop();
    await this.server.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Ends the cloud as a crash would, lets `meanwhile` happen, and starts another over the same data. */
  async restart(meanwhile: () => void = () => undefined): Promise<void> {
    this.#cloud.stop();
    meanwhile();
    this.#cloud = this.#make();
    await this.#cloud.start();
  }

  setLatencies(latencies: Readonly<Record<string, string>>): void {
    const { name, namespace } = settings;
    const object = { metadata: { name, namespace }, data: { ...instant, ...latencies } };
    this.server.put(ConfigMap, object);
  }

  /** What is handed out, as `address: services`. */
  handedOut(): Record<string, string[]> {
    const entries = Object.entries(readAddresses(this.addresses));
    return Object.fromEntries(
      entries.map(([address, holders]) => [address, holders.map(({ service }) => service)]),
    );
  }

  /** The volumes that have a directory. */
  directories(): string[] {
    try {
      return readdirSync(this.volumes).sort();
    } catch {
      return [];
    }
  }

  /** Resolves as soon as the condition is true after some change of an object. */
  async until(condition: () => boolean): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve) => {
      this.server.react(() => {
        if (condition()) resolve();
      });
    });
  }

  async untilGone(reference: Reference): Promise<void> {
    await this.until(() => this.server.get(reference) === undefined);
  }

  /** Resolves when the object of that name meets the condition. */
  async untilIs(
    reference: Reference,
    condition: (object: KubernetesObject) => boolean,
  ): Promise<void> {
    await this.until(() => {
      const object = this.server.get(reference);
      return object !== undefined && condition(object);
    });
  }

  all(resource: Resource): KubernetesObject[] {
    return this.server.all(resource);
  }

  #make(): Cloud {
    return new Cloud({
      cluster: new Cluster(this.server.kubeconfig(), "cloud"),
      addresses: this.addresses,
      volumes: this.volumes,
      report: (line) => this.reported.push(line),
    });
  }
}
