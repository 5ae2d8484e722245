import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { UnreachableError } from "../../scripts/lib/api-server.ts";
import { Cluster } from "../../scripts/lib/cluster.ts";
import type { Log } from "../../scripts/lib/log.ts";
import { applyCloudObjects } from "../cloud/objects.ts";
import { publishFleet } from "../git/publish.ts";
import { pushCharts } from "../registry/push.ts";
import type { Toolchain } from "../toolchain/build.ts";
import {
  apiServer,
  controllerManager,
  etcd,
  type ProgramContext,
  scheduler,
  writeAuditPolicy,
} from "./control-plane.ts";
import {
  apiServerCertificate,
  ensureCredentials,
  kubeconfigFile,
  writeKubeconfigs,
} from "./credentials.ts";
import { layoutOf } from "./layout.ts";
import { applyNodes, kwok, writeKwokConfig } from "./nodes.ts";
import { type ProcessRecord, type ProcessSpec, startProcess } from "./process.ts";
import { waitUntilReady } from "./readiness.ts";
import { type ClusterRecord, writeAtomically, writeRecord } from "./record.ts";
import { cloud, fleetRepository, gitServer, nodeAgent, registry } from "./services.ts";

const startMilliseconds = 60_000;

/** How many processes a cluster consists of. */
export const processCount = 9;

/** BringUp starts the parts of one cluster. Each process is on record before the next one starts. */
export class BringUp {
  #record: ClusterRecord;
  readonly #toolchain: Toolchain;
  readonly #log: Log;
  readonly #context: ProgramContext;

  constructor(record: ClusterRecord, toolchain: Toolchain, log: Log) {
    this.#record = record;
    this.#toolchain = toolchain;
    this.#log = log;
    const layout = layoutOf(record.name);
    this.#context = { layout, ports: record.ports, bin: toolchain.bin };
    const { logs, pods, volumes, git } = layout;
    for (const directory of [logs, pods, volumes, git, layout.etcd, layout.registry]) {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
    }
  }

  get record(): ClusterRecord {
    return this.#record;
  }

  /** etcd and an API server that answers, with a kubeconfig for each of its users. */
  async apiServer(): Promise<void> {
    const { layout, ports } = this.#context;
    ensureCredentials(layout);
    writeAuditPolicy(layout);
    this.#start(etcd(this.#context));
    const server = `https://127.0.0.1:${ports.apiServer}`;
    await this.#startUntil(apiServer(this.#context), "/readyz", async () => {
      if (!existsSync(apiServerCertificate(layout))) return "no certificate yet";
      writeKubeconfigs(layout, this.#record.name, server);
      return notReady(this.#cluster());
    });
  }

  /** Scheduler, controllers, simulated nodes, the node agent and the cloud. */
  async nodes(): Promise<void> {
    this.#start(controllerManager(this.#context));
    this.#start(scheduler(this.#context));
    const kustomize = join(this.#toolchain.kwok, "kustomize");
    writeKwokConfig(this.#context, kustomize);
    await Promise.all([applyNodes(this.#cluster(), kustomize), applyCloudObjects(this.#cluster())]);
    this.#start(kwok(this.#context));
    this.#start(cloud(this.#context, this.#record));
    this.#start(nodeAgent(this.#context, this.#record, this.#toolchain.operator));
  }

  /** The registry with the checkout's charts and the Git server with its fleet. */
  async sources(): Promise<void> {
    const { layout, ports } = this.#context;
    const { checkout } = this.#record;
    const registryAddress = `127.0.0.1:${ports.registry}`;
    await publishFleet({ checkout, repository: fleetRepository(layout), log: this.#log });
    const git = gitServer(this.#context);
    const gitUrl = `http://127.0.0.1:${ports.git}/fleet.git`;
    await Promise.all([
      this.#startUntil(registry(this.#context), "/v2/", () =>
        answers(`http://${registryAddress}/v2/`),
      ),
      this.#startUntil(git, gitUrl, () => answers(`${gitUrl}/info/refs?service=git-upload-pack`)),
    ]);
    const helm = join(this.#toolchain.bin, "helm");
    const chartsDirectory = join(checkout, "examples", "fleet", "charts");
    await pushCharts({ chartsDirectory, registry: registryAddress, helm, log: this.#log });
    const { name, id } = this.#record;
    const connection = {
      name,
      id,
      kubeconfig: layout.kubeconfig,
      gitUrl,
      registry: registryAddress,
    };
    writeAtomically(layout.connection, `${JSON.stringify(connection, null, 2)}\n`);
  }

  #cluster(): Cluster {
    const kubeconfig = readFileSync(kubeconfigFile(this.#context.layout, "admin"), "utf8");
    return new Cluster(kubeconfig, "embedded");
  }

  #start(spec: ProcessSpec): ProcessRecord {
    const process = startProcess(spec);
    this.#record = { ...this.#record, processes: [...this.#record.processes, process] };
    writeRecord(this.#record);
    return process;
  }

  async #startUntil(
    spec: ProcessSpec,
    condition: string,
    check: () => Promise<string | undefined>,
  ): Promise<void> {
    const process = this.#start(spec);
    const what = `${spec.name} (${condition})`;
    const { logFile } = spec;
    await waitUntilReady({ what, process, logFile, timeoutMilliseconds: startMilliseconds, check });
  }
}

async function notReady(cluster: Cluster): Promise<string | undefined> {
  try {
    await cluster.api.text("/readyz");
    return undefined;
  } catch (error) {
    return error instanceof UnreachableError ? "no answer yet" : String(error);
  }
}

async function answers(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.ok ? undefined : `HTTP ${response.status}`;
  } catch {
    return "no answer yet";
  }
}
