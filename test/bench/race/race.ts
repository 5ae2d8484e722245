import { setTimeout as delay } from "node:timers/promises";

import { deleteCluster } from "../../../embedded/cluster/stop.ts";
import type { Cluster } from "../../../scripts/lib/cluster.ts";
import { proveControllers } from "../../../scripts/lib/gate/gate.ts";
import { FluxInstance, Node } from "../../../scripts/lib/kinds.ts";
import { createLog } from "../../../scripts/lib/log.ts";
import { Embedded } from "../../support/embedded.ts";
import {
  components,
  fluxInstance,
  type FluxOptions,
  installOperator,
  withArguments,
} from "../../support/stuck/flux.ts";
import { ServedRepository } from "../../support/stuck/git-repository.ts";
import { type Change, follow } from "./course.ts";
import { raceFleet } from "./fleet.ts";
import { slowPods } from "./slow-pods.ts";

/** naive: the sync is part of the FluxInstance from the start. gated: it comes after every controller has answered. */
export const orders = ["naive", "gated"] as const;
export type Order = (typeof orders)[number];

export interface RaceOptions {
  readonly order: Order;
  /** `--concurrent` of helm-controller. */
  readonly workers: number;
  /** How long after the FluxInstance there is a node for helm-controller. */
  readonly lateSeconds: number;
  /** Counts from 1. */
  readonly repetition: number;
}

export interface Race extends RaceOptions {
  /** When the sync was attached, in seconds. */
  readonly attached: number;
  readonly changes: readonly Change[];
}

const name = "race";
const quiet = createLog(() => undefined);
/** How long a pod takes from its creation until it is ready. */
export const podDelay = { shortestMilliseconds: 3_000, longestMilliseconds: 8_000 };
/** As with `flux.size: medium`. */
export const requeueDependency = "5s";

const lateLabel = "example.com/late";
const onLateNode = {
  target: { kind: "Deployment", name: "helm-controller" },
  patch: JSON.stringify([
    { op: "add", path: "/spec/template/spec/nodeSelector/example.com~1late", value: "true" },
  ]),
};

/** Runs one race on a cluster of its own, which is gone afterwards. Seconds count from the FluxInstance's creation. */
export async function race(options: RaceOptions): Promise<Race> {
  const embedded = await Embedded.start(name);
  try {
    await slowPods(embedded, podDelay);
    await new ServedRepository(embedded.path("git"), "race").commit(raceFleet());
    await installOperator(embedded);
    return await run(embedded, options);
  } finally {
    await deleteCluster(name, quiet);
  }
}

async function run(embedded: Embedded, options: RaceOptions): Promise<Race> {
  const { cluster } = embedded;
  const { order, workers, lateSeconds } = options;
  const sync = {
    kind: "GitRepository",
    url: `http://127.0.0.1:${embedded.record.ports.git}/race.git`,
    ref: "refs/heads/main",
    path: "./fleet",
    interval: "1m",
  };
  const flux: FluxOptions = {
    patches: [
      withArguments(
        "helm-controller",
        `--concurrent=${workers}`,
        `--requeue-dependency=${requeueDependency}`,
      ),
      onLateNode,
    ],
    ...(order === "naive" && { sync }),
  };
  const started = Date.now();
  await cluster.apply(FluxInstance, fluxInstance(flux));
  const course = follow(cluster, started);
  const late = node(cluster, started + lateSeconds * 1000);
  if (order === "gated") await attach(cluster, sync);
  const attached = order === "gated" ? (Date.now() - started) / 1000 : 0;
  await late;
  return { ...options, attached, changes: await course };
}

/** That a node comes late is what is measured, so here a delay is the subject. */
async function node(cluster: Cluster, at: number): Promise<void> {
  await delay(at - Date.now());
  const reference = { resource: Node, name: "node-1" };
  await cluster.patch(reference, { metadata: { labels: { [lateLabel]: "true" } } });
}

async function attach(cluster: Cluster, sync: object): Promise<void> {
  const { signal } = new AbortController();
  const gate = { namespace: "flux-system", components, timeoutMilliseconds: 120_000 };
  await proveControllers(cluster, gate, { log: quiet, signal });
  const instance = { resource: FluxInstance, name: "flux", namespace: "flux-system" };
  await cluster.patch(instance, { spec: { sync } });
}
