import { discover } from "../discovery.ts";
import { Kustomization, sourceKinds } from "../kinds.ts";
import type { Log } from "../log.ts";
import type { KubernetesObject } from "../object.ts";
import { waitFor } from "../wait.ts";
import { detach, orphanRoot } from "./detach.ts";
import type { DrainOptions } from "./input.ts";
import type { Scene } from "./scene.ts";
import { StepWatch } from "./removal/step-watch.ts";
import { thawStale } from "./freeze/thaw.ts";

const kinds = [Kustomization, ...sourceKinds];

/**
 * orphan makes Flux forget the sync and resolves when its source and root Kustomization are gone. Everything that they
 * brought stays as it is, Flux objects and image automation included.
 */
export async function orphan(
  options: DrainOptions,
  { sync }: Scene,
  context: { readonly log: Log; readonly signal: AbortSignal },
): Promise<void> {
  const { cluster, namespace } = options.connection;
  const { log } = context;
  await thawStale(cluster, namespace, context);
  log.start("detaching the sync, workloads stay");
  await orphanRoot(cluster, sync);
  await detach(cluster, namespace);
  const isSync = ({ metadata }: KubernetesObject) =>
    metadata.name === sync.name && metadata.namespace === sync.namespace;
  const served = await discover(cluster);
  const wait = {
    what: "source and root Kustomization (gone)",
    timeoutMilliseconds: options.timeoutMilliseconds,
    next: `kubectl -n ${namespace} describe kustomization ${sync.name}`,
    ...context,
  };
  await waitFor<undefined>(wait, ({ signal, state, resolve, reject }) => {
    const watch = new StepWatch(cluster, served, signal);
    const gone = () => {
      const left = kinds.flatMap((resource) => watch.all(resource)).filter(isSync);
      state(`${left.map(({ kind }) => kind).join(", ")} left`);
      return left.length === 0;
    };
    watch.until(kinds, gone, signal).then(() => {
      resolve(undefined);
    }, reject);
  });
}
