import { Cluster } from "../../scripts/lib/cluster.ts";
import {
  failedRevision,
  type HelmSecret,
  isLeftBehind,
  isPending,
  latestRevision,
  releaseSelector,
  releaseStatus,
} from "../../scripts/lib/helm-storage.ts";
import { Secret } from "../../scripts/lib/kinds.ts";
import { createLog } from "../../scripts/lib/log.ts";
import { displayName, type KubernetesObject } from "../../scripts/lib/object.ts";
import { waitFor, WaitTimeout } from "../../scripts/lib/wait.ts";

export interface LeftRelease {
  readonly kubeconfig: string;
  readonly context: string | undefined;
  readonly namespace: string;
  readonly name: string;
  /** Whether Pulumi is known to have recorded the release in its state. */
  readonly recorded: boolean;
  /** An action that began longer ago has ended or was killed. */
  readonly timeoutSeconds: number;
  readonly say: (line: string) => void;
}

/**
 * unlockRelease marks the newest revision of a release as failed, from which Helm installs or upgrades. The lock of an
 * action that may still run is left to it: until it is older than the time-out, the release is watched.
 */
export async function unlockRelease(release: LeftRelease): Promise<void> {
  const cluster = new Cluster(release.kubeconfig, "unlock", release.context);
  const newest = await newestRevision(cluster, release);
  if (newest === undefined) return;
  const left = isPending(newest) ? await whenNobodyActs(cluster, newest, release) : newest;
  if (left === undefined) return;
  const status = releaseStatus(left);
  if (!isLeftBehind({ status, recorded: release.recorded })) return;
  const reason = `left ${status} by an interrupted run`;
  await cluster.patch(referenceTo(left), failedRevision(left, reason));
  release.say(`Helm release ${release.namespace}/${release.name} was ${reason}: marked as failed`);
}

async function newestRevision(cluster: Cluster, { namespace, name }: LeftRelease) {
  const labelSelector = releaseSelector(name);
  return latestRevision(await cluster.list<HelmSecret>(Secret, { namespace, labelSelector }));
}

/** The revision once its action ended or is too old to run; undefined when the revision is gone. */
async function whenNobodyActs(
  cluster: Cluster,
  revision: HelmSecret,
  { timeoutSeconds, say, namespace }: LeftRelease,
): Promise<HelmSecret | undefined> {
  const age = (await serverTime(cluster)) - Date.parse(revision.metadata.creationTimestamp ?? "");
  const remaining = timeoutSeconds * 1000 - age;
  if (remaining <= 0) return revision;
  const { name } = revision.metadata;
  let last = revision;
  const wait = {
    what: `the Helm action that holds ${displayName(revision)} (it may still run)`,
    timeoutMilliseconds: remaining,
    next: `kubectl get secret --namespace ${namespace} ${name}`,
    log: createLog(say),
  };
  try {
    return await waitFor<HelmSecret | undefined>(wait, ({ signal, state, resolve }) => {
      cluster.follow<HelmSecret>(
        Secret,
        { namespace, name, signal },
        {
          seen: (seen) => {
            last = seen;
            state(releaseStatus(seen));
            if (!isPending(seen)) resolve(seen);
          },
          gone: () => {
            resolve(undefined);
          },
        },
      );
    });
  } catch (error) {
    if (error instanceof WaitTimeout) return last;
    throw error;
  }
}

/** The time by the clock that also dated the revision. */
async function serverTime(cluster: Cluster): Promise<number> {
  const apiVersion = "authentication.k8s.io/v1";
  const body = { apiVersion, kind: "SelfSubjectReview", metadata: {} };
  const path = `/apis/${apiVersion}/selfsubjectreviews`;
  const review = await cluster.api.json<KubernetesObject>(path, { method: "POST", body });
  return Date.parse(review.metadata.creationTimestamp ?? new Date().toISOString());
}

function referenceTo({ metadata: { name, namespace } }: HelmSecret) {
  return { resource: Secret, name, ...(namespace !== undefined && { namespace }) };
}
