import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import type { Cluster } from "../../scripts/lib/cluster.ts";
import { freePorts } from "../cluster/ports.ts";
import { rareCollection } from "../garbage-collection.ts";
import { Container } from "./container.ts";
import { type ContainerState, creating } from "./container-state.ts";
import { type Invocation, invocationOf } from "./invocation.ts";
import { type Container as ContainerSpec, hostNameOf, type Pod, podName } from "./pod.ts";
import { PodApi } from "./pod-api.ts";
import { type Program, servicesOf } from "./programs.ts";
import { sandboxed } from "./sandbox.ts";
import { writeServiceAccount } from "./service-account.ts";
import type { ServiceProxy } from "./service-proxy.ts";

/** What a node offers to its pods. */
export interface NodeContext {
  readonly cluster: Cluster;
  /** Directory with the executables of the toolchain. */
  readonly bin: string;
  /** The toolchain's copy of what the operator's image carries as /data. */
  readonly operatorData: string;
  /** Parent of the directories of the pods. */
  readonly pods: string;
  /** The CA of the API server, PEM. */
  readonly authority: string;
  /** Whether pods get namespaces of their own. */
  readonly sandbox: boolean;
  /** Leads the pods to each other. */
  readonly proxy: ServiceProxy;
  readonly report: (line: string) => void;
  /** Called when a process may have started or ended. */
  readonly processesChanged: () => void;
}

const firstRetryMilliseconds = 100;
const longestRetryMilliseconds = 5_000;

/** PodRunner runs the one container of a pod. */
export class PodRunner {
  readonly #node: NodeContext;
  readonly #pod: Pod;
  readonly #spec: ContainerSpec;
  readonly #program: Program;
  readonly #api: PodApi;
  readonly #directory: string;
  #container: Container | undefined;
  #renewal: NodeJS.Timeout | undefined;
  #ports: Readonly<Record<number, number>> = {};
  // Reports go out one after the other, so that the last state is the last one written.
  #reports: Promise<unknown> = Promise.resolve();
  #latest: ContainerState | undefined;
  readonly #stopped = new AbortController();

  constructor(node: NodeContext, pod: Pod, spec: ContainerSpec, program: Program) {
    this.#node = node;
    this.#pod = pod;
    this.#spec = spec;
    this.#program = program;
    this.#api = new PodApi(node.cluster, pod);
    const { namespace = "", name, uid = "" } = pod.metadata;
    this.#directory = join(node.pods, `${namespace}_${name}_${uid}`);
  }

  get name(): string {
    return this.#pod.metadata.name;
  }

  get pid(): number | undefined {
    return this.#container?.pid;
  }

  /** Prepares volumes, token and ports, then starts the program. */
  async start(): Promise<void> {
    const listening = Object.keys(this.#program.listen).map(Number);
    const free = await freePorts(listening.length);
    this.#ports = Object.fromEntries(listening.map((port, index) => [port, free[index] ?? 0]));
    for (const directory of ["run", "logs", join("volumes", "tmp"), ...this.#volumeDirectories()]) {
      mkdirSync(join(this.#directory, directory), { recursive: true, mode: 0o700 });
    }
    await this.#renewServiceAccount();
    const restarts = this.#pod.status?.containerStatuses?.[0]?.restartCount ?? creating.restarts;
    const process = { ...this.#command(), logFile: this.#logFile, ports: this.#ports };
    this.#container = new Container(this.#spec, process, restarts, (state) => {
      this.#changed(state);
    });
    this.#container.start();
  }

  /** Ends the program, killed after the grace period. */
  async stop(graceSeconds: number): Promise<void> {
    clearTimeout(this.#renewal);
    await this.#container?.stop(graceSeconds * 1000);
    this.#lead(false);
    this.#stopped.abort();
    await this.#reports;
  }

  /** Removes what the pod left on this machine. */
  clean(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  readonly #logFile = (restarts: number): string =>
    join(this.#directory, "logs", `${this.#spec.name}.${restarts}.log`);

  #volumeDirectories(): string[] {
    return (this.#spec.volumeMounts ?? []).map(({ name }) => join("volumes", name));
  }

  #command() {
    const { bin, sandbox } = this.#node;
    const { arguments: own, environment } = this.#invocation();
    const command = join(bin, this.#program.binary);
    const home = join(this.#directory, "volumes", "tmp");
    const all = {
      HOME: home,
      ...rareCollection(),
      HTTP_PROXY: this.#node.proxy.url,
      ...this.#apiServerEnvironment(),
      ...environment,
    };
    if (!sandbox) return { command, arguments: own.filter(notElected), environment: all };
    const pod = {
      scratch: join(this.#directory, "run"),
      serviceAccount: join(this.#directory, "service-account"),
      hostName: hostNameOf(this.#pod),
    };
    return { ...sandboxed(pod, command, own), environment: all };
  }

  #apiServerEnvironment(): Record<string, string> {
    if (!this.#node.sandbox || this.#program.byKubeconfig === true) {
      return { KUBECONFIG: join(this.#directory, "service-account", "kubeconfig") };
    }
    const { hostname, port } = new URL(this.#node.cluster.api.url);
    return { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port };
  }

  #invocation(): Invocation {
    const { operatorData } = this.#node;
    return invocationOf(this.#pod, this.#spec, this.#program, {
      ports: this.#ports,
      volumes: join(this.#directory, "volumes"),
      operatorData,
    });
  }

  async #renewServiceAccount(): Promise<void> {
    const { cluster, authority } = this.#node;
    const directory = join(this.#directory, "service-account");
    const milliseconds = await writeServiceAccount(cluster, this.#pod, directory, authority);
    this.#renewal = setTimeout(() => {
      this.#renewServiceAccount().catch((error: unknown) => {
        this.#node.report(`${podName(this.#pod)} token not renewed: ${String(error)}`);
      });
    }, milliseconds);
  }

  #changed(state: ContainerState): void {
    this.#lead(state.current.kind === "running" && state.current.ready);
    this.#node.processesChanged();
    this.#latest = state;
    this.#reports = this.#reports.then(() => this.#report(state));
  }

  /** Reports the state, again and again where the API server fails, until another one follows or the pod ends. */
  async #report(state: ContainerState): Promise<void> {
    for (let milliseconds = firstRetryMilliseconds; ; milliseconds *= 2) {
      try {
        await this.#api.report(this.#spec, state);
        const previous = this.#logFile(Math.max(0, state.restarts - 1));
        await this.#api.publishLog(this.#spec, this.#logFile(state.restarts), previous);
        return;
      } catch (error) {
        this.#node.report(`${podName(this.#pod)} state not reported: ${String(error)}`);
      }
      const { signal } = this.#stopped;
      if (signal.aborted || state !== this.#latest) return;
      const retry = Math.min(milliseconds, longestRetryMilliseconds);
      await pause(retry, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Leads the Services of the program to this pod while it is ready. */
  #lead(ready: boolean): void {
    const { proxy } = this.#node;
    const { namespace = "", labels } = this.#pod.metadata;
    for (const [name, containerPort] of Object.entries(servicesOf(this.#program, labels))) {
      const service = `${name}.${namespace}`;
      const port = this.#ports[containerPort] ?? 0;
      if (ready) proxy.lead(service, port);
      else proxy.release(service, port);
    }
  }
}

// Outside of a pod's file system a program cannot tell its namespace, and election refuses to start.
function notElected(argument: string): boolean {
  return !argument.startsWith("--enable-leader-election");
}
