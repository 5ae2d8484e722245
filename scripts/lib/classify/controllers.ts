import type { KubernetesObject } from "../object.ts";
import { type Key, keyFrom, keyOf } from "../tree/owner.ts";
import { listOf, read, timeOf } from "./field.ts";
import { argumentsOf, type ObjectIndex } from "./object-index.ts";
import { isReady } from "./pod.ts";
import { podsOfWorkload } from "./workload.ts";

/** Controller is one Deployment that reconciles Flux objects: a component, or one shard of it. */
export interface Controller {
  readonly key: Key;
  /** `helm-controller`, also for its shards. */
  readonly component: string;
  readonly deployment: KubernetesObject;
  readonly pods: readonly KubernetesObject[];
  /** How many objects it works on at once. */
  readonly workers: number;
  /** When the process that runs now was started, in milliseconds since the epoch; undefined when none is ready. */
  readonly startedAt: number | undefined;
  /** The key of the shard it serves; undefined for the main one. */
  readonly shard: string | undefined;
  /** False when it only sees its own namespace. */
  readonly watchesAll: boolean;
}

/** Who reconciles an object; `absent` when no Deployment does, `unseen` when the snapshot holds no controllers at all. */
export type Responsible = Controller | "absent" | "unseen";

const defaultShardKey = "sharding.fluxcd.io/key";

/** The components by the group of what they reconcile. */
const components: Readonly<Record<string, string>> = {
  "helm.toolkit.fluxcd.io": "helm-controller",
  "kustomize.toolkit.fluxcd.io": "kustomize-controller",
  "source.toolkit.fluxcd.io": "source-controller",
  "notification.toolkit.fluxcd.io": "notification-controller",
  "fluxcd.controlplane.io": "flux-operator",
};
const imageAutomation = ["ImageUpdateAutomation"];

const workersByDefault: Readonly<Record<string, number>> = { "source-controller": 2 };
const mostWorkersByDefault = 4;

const names =
  /^(source|kustomize|helm|notification|image-reflector|image-automation)-controller|^source-watcher|^flux-operator/;

/** componentOf is the component that reconciles the object's kind. */
export function componentOf({ apiVersion, kind }: KubernetesObject): string | undefined {
  const group = apiVersion.split("/")[0] ?? "";
  if (group !== "image.toolkit.fluxcd.io") return components[group];
  return imageAutomation.includes(kind)
    ? "image-automation-controller"
    : "image-reflector-controller";
}

/** Controllers are the Flux controllers that run in Flux's namespace. */
export class Controllers {
  readonly all: readonly Controller[];
  /** The label that says which shard an object is of. */
  readonly shardKey: string;
  readonly #fluxNamespace: string;

  constructor(index: ObjectIndex, fluxNamespace: string) {
    this.#fluxNamespace = fluxNamespace;
    const deployments = index
      .ofKind("Deployment")
      .filter(({ metadata }) => metadata.namespace === fluxNamespace);
    this.shardKey = shardKeyOf(deployments);
    this.all = deployments.flatMap((deployment) => controllerOf(deployment, index, this.shardKey));
  }

  /** Who reconciles the object. A shard label without a controller for that shard gives `absent`. */
  for(object: KubernetesObject): Responsible {
    const component = componentOf(object);
    if (component === undefined || this.all.length === 0) return "unseen";
    const shard = object.metadata.labels?.[this.shardKey];
    const same = this.all.filter((controller) => controller.component === component);
    const main = same.find((controller) => controller.shard === undefined);
    if (shard === undefined) return main ?? "absent";
    const own = same.find((controller) => controller.shard === shard);
    // Without shards the main controller does not look at the label.
    const ignoresShards =
      main !== undefined && !selectorOf(main.deployment).includes(this.shardKey);
    return own ?? (ignoresShards ? main : "absent");
  }

  /** The key under which a component's main Deployment would be. */
  keyOf(component: string): Key {
    return keyFrom("Deployment", this.#fluxNamespace, component);
  }
}

function controllerOf(
  deployment: KubernetesObject,
  index: ObjectIndex,
  shardKey: string,
): Controller[] {
  const component = names.exec(deployment.metadata.name)?.[0];
  if (component === undefined) return [];
  const pods = podsOfWorkload(deployment, index);
  return [
    {
      key: keyOf(deployment),
      component,
      deployment,
      pods,
      workers: workersOf(deployment, component),
      startedAt: startedAt(pods),
      shard: shardOf(deployment, shardKey),
      watchesAll: !argumentsOf(deployment).includes("--watch-all-namespaces=false"),
    },
  ];
}

function workersOf(deployment: KubernetesObject, component: string): number {
  const given = argumentsOf(deployment).map(
    (argument) => /^--concurrent=(\d+)$/.exec(argument)?.[1],
  );
  const last = given.filter((count) => count !== undefined).at(-1);
  return last === undefined ? (workersByDefault[component] ?? mostWorkersByDefault) : Number(last);
}

function selectorOf(deployment: KubernetesObject): string {
  return (
    argumentsOf(deployment)
      .findLast((argument) => argument.startsWith("--watch-label-selector="))
      ?.slice("--watch-label-selector=".length) ?? ""
  );
}

/** The main controllers select what lacks it. */
function shardKeyOf(deployments: readonly KubernetesObject[]): string {
  const absent = /(?:^|,)\s*!\s*([\w./-]+)/;
  const keys = deployments.map((deployment) => absent.exec(selectorOf(deployment))?.[1]);
  return keys.find((key) => key !== undefined) ?? defaultShardKey;
}

/** A shard selects `KEY=NAME` or `KEY in (NAME)`; the main controller whatever lacks the label. */
function shardOf(deployment: KubernetesObject, key: string): string | undefined {
  const label = key.replaceAll(".", String.raw`\.`);
  const selected = new RegExp(String.raw`(?:^|,)\s*${label}\s*(?:==?|in)\s*\(?\s*([\w.-]+)`);
  return selected.exec(selectorOf(deployment))?.[1];
}

/** The newest process among the ready pods. */
function startedAt(pods: readonly KubernetesObject[]): number | undefined {
  const starts = pods.filter(isReady).map((pod) => processStart(pod));
  return newestOf(starts);
}

/** processStart is when the pod's newest container was started: one can be started again in a pod that stays. */
export function processStart({ status }: KubernetesObject): number | undefined {
  const containers = listOf(read(status, "containerStatuses"));
  return newestOf(
    containers.map((container) => timeOf(read(container, "state", "running", "startedAt"))),
  );
}

function newestOf(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
