import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";

import {
  backOffSeconds,
  type ContainerState,
  creating,
  type Terminated,
} from "./container-state.ts";
import { CriLog } from "./cri-log.ts";
import type { Container as ContainerSpec, ProbeSpec } from "./pod.ts";
import { ProbeCounter, probeOnce, probeUrl } from "./probe.ts";

/** What runs in a container, and where its output goes. */
export interface ContainerProcess {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** The log of the nth run, in the CRI format. */
  readonly logFile: (restarts: number) => string;
  /** The loopback port behind each container port. */
  readonly ports: Readonly<Record<number, number>>;
}

// Until it has been ready once, a container is asked often, so that its start takes no longer than it must.
const startupProbeMilliseconds = 200;

/** Container runs one program until it is stopped, restarts it with a kubelet's back-off and watches its probes. */
export class Container {
  readonly #spec: ContainerSpec;
  readonly #process: ContainerProcess;
  readonly #changed: (state: ContainerState) => void;
  #child: ChildProcess | undefined;
  #state: ContainerState;
  #stopping = false;
  #restart: NodeJS.Timeout | undefined;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(
    spec: ContainerSpec,
    process: ContainerProcess,
    restarts: number,
    changed: (state: ContainerState) => void,
  ) {
    this.#spec = spec;
    this.#process = process;
    this.#state = { ...creating, restarts };
    this.#changed = changed;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    const { command, environment, logFile } = this.#process;
    const child = spawn(command, this.#process.arguments, {
      env: { PATH: process.env["PATH"], ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const log = new CriLog(logFile(this.#state.restarts));
    log.copy(child.stdout, "stdout");
    log.copy(child.stderr, "stderr");
    const startedAt = new Date().toISOString();
    this.#child = child;
    this.#set({ ...this.#state, current: { kind: "running", startedAt, ready: false } });
    child.on("error", (error) => {
      log.write(`cannot start: ${error.message}`, "stderr");
    });
    // "close" comes after the last line of output, and after "error" when the program could not be started.
    child.on("close", (code, signal) => {
      log.close();
      this.#ended(startedAt, code, signal);
    });
    this.#watchReadiness(child);
    this.#watchLiveness(child);
  }

  /** Asks the program to end and kills it after the grace period; it has ended afterwards. */
  async stop(graceMilliseconds: number): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (child === undefined) return;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    child.once("close", () => {
      resolve(undefined);
    });
    child.kill("SIGTERM");
    const kill = setTimeout(() => child.kill("SIGKILL"), graceMilliseconds);
    await promise;
    clearTimeout(kill);
  }

  #ended(startedAt: string, code: number | null, signal: NodeJS.Signals | null): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers.clear();
    this.#child = undefined;
    const last = terminated(startedAt, code, signal);
    const { restarts } = this.#state;
    if (this.#stopping) {
      this.#set({ ...this.#state, current: last });
      return;
    }
    const seconds = backOffSeconds(restarts);
    const message = `back-off ${seconds}s restarting failed container ${this.#spec.name}`;
    const current = { kind: "waiting", reason: "CrashLoopBackOff", message } as const;
    this.#set({ current: seconds === 0 ? last : current, last, restarts });
    this.#restart = setTimeout(() => {
      this.#state = { ...this.#state, last, restarts: restarts + 1 };
      this.start();
    }, seconds * 1000);
  }

  #watchReadiness(child: ChildProcess): void {
    const { readinessProbe } = this.#spec;
    const url = probeUrl(this.#spec, readinessProbe, this.#process.ports);
    if (url === undefined) {
      this.#setReady(true);
      return;
    }
    const counter = new ProbeCounter(readinessProbe);
    const ask = async () => {
      const ready = counter.count(await probeOnce(url, readinessProbe?.timeoutSeconds));
      if (this.#child !== child) return;
      this.#setReady(ready);
      if (ready && this.#timers.delete(startup)) {
        clearInterval(startup);
        this.#every(readinessProbe, ask);
      }
    };
    const startup = setInterval(() => void ask(), startupProbeMilliseconds);
    this.#timers.add(startup);
  }

  #watchLiveness(child: ChildProcess): void {
    const { livenessProbe } = this.#spec;
    const url = probeUrl(this.#spec, livenessProbe, this.#process.ports);
    if (url === undefined) return;
    const counter = new ProbeCounter(livenessProbe);
    this.#every(livenessProbe, async () => {
      counter.count(await probeOnce(url, livenessProbe?.timeoutSeconds));
      if (counter.failed) child.kill("SIGKILL");
    });
  }

  #every(probe: ProbeSpec | undefined, ask: () => Promise<void>): void {
    this.#timers.add(setInterval(() => void ask(), (probe?.periodSeconds ?? 10) * 1000));
  }

  #setReady(ready: boolean): void {
    const { current } = this.#state;
    if (current.kind !== "running" || current.ready === ready) return;
    this.#set({ ...this.#state, current: { ...current, ready } });
  }

  #set(state: ContainerState): void {
    this.#state = state;
    this.#changed(state);
  }
}

function terminated(
  startedAt: string,
  code: number | null,
  name: NodeJS.Signals | null,
): Terminated {
  const signal = name === null ? undefined : constants.signals[name];
  const exitCode = code ?? 128 + (signal ?? 0);
  return {
    kind: "terminated",
    reason: exitCode === 0 ? "Completed" : "Error",
    exitCode,
    ...(signal !== undefined && { signal }),
    startedAt,
    finishedAt: new Date().toISOString(),
  };
}
