import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { ProcessRecord } from "../../../embedded/cluster/process.ts";
import { deleteCluster } from "../../../embedded/cluster/stop.ts";
import { pushCharts } from "../../../embedded/registry/push.ts";
import type { Cluster } from "../../../scripts/lib/cluster.ts";
import { proveControllers } from "../../../scripts/lib/gate/gate.ts";
import { createLog } from "../../../scripts/lib/log.ts";
import { Embedded } from "../embedded.ts";
import { below, probeChart } from "./chart-files.ts";
import { components, type FluxOptions, installFlux } from "./flux.ts";
import { ServedRepository, writeFiles } from "./git-repository.ts";
import type { Places } from "./manifest.ts";
import { stuckRepository } from "./repository-files.ts";

const quiet = createLog(() => undefined);
const gateMilliseconds = 120_000;

/** Ground is an embedded cluster with Flux, the scenarios' chart and repositories, and no sync. */
export class Ground {
  readonly embedded: Embedded;
  readonly cluster: Cluster;
  readonly places: Places;

  private constructor(embedded: Embedded) {
    const { registry, git } = embedded.record.ports;
    this.embedded = embedded;
    this.cluster = embedded.cluster;
    this.places = { registry: `127.0.0.1:${registry}`, git: `http://127.0.0.1:${git}` };
  }

  /** Starts the cluster of that name and waits until the gate has proven Flux. */
  static async start(name: string, flux: FluxOptions): Promise<Ground> {
    const ground = new Ground(await Embedded.start(name));
    try {
      await Promise.all([ground.#publish(), installFlux(ground.embedded, flux)]);
      await ground.prove();
      return ground;
    } catch (error) {
      await ground.end();
      throw error;
    }
  }

  /** Removes the cluster and its data. */
  async end(): Promise<void> {
    await deleteCluster(this.embedded.name, quiet);
  }

  /** Waits until every controller has handled a token of this moment. */
  async prove(): Promise<void> {
    const { signal } = new AbortController();
    const options = {
      namespace: "flux-system",
      components,
      timeoutMilliseconds: gateMilliseconds,
    };
    await proveControllers(this.cluster, options, { log: quiet, signal });
  }

  /** A repository of the embedded Git server. */
  repository(name: string): ServedRepository {
    return new ServedRepository(this.embedded.path("git"), name);
  }

  /** The process of a controller, which the node agent has on record under its pod's name. */
  processOf(controller: string): ProcessRecord {
    const text = readFileSync(this.embedded.path("pods", "processes.json"), "utf8");
    const found = (JSON.parse(text) as ProcessRecord[]).find(({ name }) =>
      name.startsWith(`${controller}-`),
    );
    if (found === undefined) throw new Error(`there must be a process of ${controller}, got none`);
    return found;
  }

  /** A path in the storage of source-controller. */
  storage(...parts: string[]): string {
    const pod = readdirSync(this.embedded.path("pods")).find((entry) =>
      entry.startsWith("flux-system_source-controller-"),
    );
    return this.embedded.path("pods", pod ?? "", "volumes", "data", ...parts);
  }

  async #publish(): Promise<void> {
    const repository = this.repository("stuck");
    await repository.commit(stuckRepository());
    await repository.copyPrivately(this.embedded.path("git"), "private", "robot:the-right-one");
    await this.#pushChart();
  }

  async #pushChart(): Promise<void> {
    const chartsDirectory = mkdtempSync(join(tmpdir(), "flux-bootstrap-charts-"));
    try {
      await writeFiles(chartsDirectory, below("probe", probeChart));
      const { registry } = this.places;
      const helm = join(this.embedded.toolchain.bin, "helm");
      await pushCharts({ chartsDirectory, registry, helm, log: quiet });
    } finally {
      rmSync(chartsDirectory, { recursive: true, force: true });
    }
  }
}
