/** Sharding splits the objects of Flux by a label among several Deployments of each controller. */
export interface Sharding {
  /** The label whose value is the shard of an object; an object without it is of the main Deployment. */
  readonly key: string;
  readonly shards: readonly string[];
}

/** InstalledController is one Deployment of a controller. */
export interface InstalledController {
  readonly component: string;
  /** The name of the Deployment. */
  readonly deployment: string;
  /** The labels by which an object is its own. */
  readonly labels: Readonly<Record<string, string>>;
}

/** notification-controller has no shards: it hears of all objects. */
const sharded = new Set([
  "source-controller",
  "kustomize-controller",
  "helm-controller",
  "image-reflector-controller",
  "image-automation-controller",
  "source-watcher",
]);

/** installedControllers are the Deployments that flux-operator makes of the components, the main ones first. */
export function installedControllers(
  components: readonly string[],
  sharding: Sharding | undefined,
): InstalledController[] {
  const main = components.map((component) => ({ component, deployment: component, labels: {} }));
  const { key = "", shards = [] } = sharding ?? {};
  const split = components.filter((component) => sharded.has(component));
  const more = shards.flatMap((shard) =>
    split.map((component) => ({
      component,
      deployment: `${component}-${shard}`,
      labels: { [key]: shard },
    })),
  );
  return [...main, ...more];
}
