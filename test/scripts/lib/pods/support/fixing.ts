import { Cluster } from "../../../../../scripts/lib/cluster.ts";
import { Deployment, Pod, ReplicaSet } from "../../../../../scripts/lib/kinds.ts";
import type { KubernetesObject } from "../../../../../scripts/lib/object.ts";
import { fixPods, type PodFixOptions } from "../../../../../scripts/lib/pods/fix.ts";
import { FakeApiServer } from "../../../../support/api-server.ts";
import { recordingLog } from "../../../support/flux.ts";
import { ownedBy } from "../../../support/gitops.ts";
import { ownedByObject } from "./pods.ts";

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

/** Status of a pod that has been crashing for twenty minutes. */
export const looping = (restartCount = 9) => ({
  phase: "Running",
  conditions: [{ type: "Ready", status: "False", lastTransitionTime: minutesAgo(20) }],
  containerStatuses: [
    {
      name: "web",
      restartCount,
      state: { waiting: { reason: "CrashLoopBackOff" } },
      lastState: { terminated: { exitCode: 1, reason: "Error", startedAt: minutesAgo(20) } },
    },
  ],
});
export const ready = { phase: "Running", conditions: [{ type: "Ready", status: "True" }] };
export const starting = {
  phase: "Pending",
  containerStatuses: [{ name: "web", state: { waiting: { reason: "ContainerCreating" } } }],
};

/** Fixing is a server with a Deployment `shop/web` whose pod `web-5d9f-old` crashes. */
export class Fixing {
  readonly server: FakeApiServer;
  readonly cancelled = new AbortController();
  /** What the last run logged. */
  lines: readonly string[] = [];
  readonly #cluster: Cluster;

  constructor(server: FakeApiServer) {
    this.server = server;
    this.#cluster = new Cluster(server.kubeconfig(), "test");
    this.workload("web");
    this.put("web-5d9f-old", looping());
  }

  static async start(): Promise<Fixing> {
    return new Fixing(await FakeApiServer.start());
  }

  get deletions(): string[] {
    return this.server.writes.filter((write) => write.startsWith("DELETE"));
  }

  workload(name: string): void {
    const labels = ownedBy("helm", name, "shop");
    this.server.put(Deployment, {
      metadata: { name, namespace: "shop", uid: `d-${name}`, labels },
    });
    const owner = { ...Deployment, metadata: { name, uid: `d-${name}` } };
    this.server.put(ReplicaSet, {
      metadata: {
        name: `${name}-5d9f`,
        namespace: "shop",
        uid: `rs-${name}`,
        ownerReferences: [ownedByObject(owner)],
      },
    });
  }

  /** Puts a pod of the workload that its name begins with. */
  put(name: string, status: object, more: object = {}): void {
    const owner = name.split("-")[0] ?? "";
    const replicaSet = { ...ReplicaSet, metadata: { name: `${owner}-5d9f`, uid: `rs-${owner}` } };
    this.server.put(Pod, {
      metadata: {
        name,
        namespace: "shop",
        creationTimestamp: minutesAgo(30),
        ownerReferences: [ownedByObject(replicaSet)],
        ...more,
      },
      spec: { nodeName: "node-1", containers: [{ name: "web", image: "web:1" }] },
      status,
    });
  }

  merge(name: string, status: object): void {
    this.server.merge({ resource: Pod, name, namespace: "shop" }, { status });
  }

  /** Plays the controller: what it makes when a pod goes. */
  onDeleted(make: (pod: KubernetesObject) => void): void {
    this.server.react((object, event) => {
      if (object.kind === "Pod" && event === "DELETED") make(object);
    });
  }

  snapshot() {
    return {
      at: Date.now(),
      objects: [Deployment, ReplicaSet, Pod].flatMap((resource) => this.server.all(resource)),
      unread: [],
      answers: new Map(),
      fluxNamespace: "flux-system",
      logs: new Map(),
    };
  }

  /** Fixes in mode safe, and counts a pod that is Ready as one that stays so. */
  async fix(options: Partial<PodFixOptions> = {}, snapshot = this.snapshot()) {
    const { log, lines } = recordingLog();
    this.lines = lines;
    const patience = { steadyMilliseconds: 1, readyWithinMilliseconds: 10_000 };
    const context = { log, signal: this.cancelled.signal };
    return fixPods(this.#cluster, snapshot, { mode: "safe", ...patience, ...options }, context);
  }
}
