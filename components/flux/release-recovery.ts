import * as pulumi from "@pulumi/pulumi";

import { openReader } from "../cluster/reader.ts";
import type { Cluster } from "../cluster/contract.ts";
import { isLeftBehind, type ReleaseTraces } from "../../scripts/lib/helm-storage.ts";
import { ownerIn } from "../../scripts/lib/owner.ts";
import { operatorName, runtimeInfoName } from "../names.ts";
import { runError } from "../run-error.ts";

/**
 * afterRecovery is the namespace, once the release of flux-operator in it can be installed or upgraded. In an `up` it
 * looks at the release on every run and writes only when one was left behind; a preview looks at nothing.
 */
export function afterRecovery(
  { kubeconfig, context, claim }: Cluster,
  namespace: pulumi.Output<string>,
  timeoutSeconds: number,
): pulumi.Output<string> {
  if (pulumi.runtime.isDryRun()) return namespace;
  const recovered = pulumi.all([kubeconfig, namespace]).apply(([content, name]) =>
    recover({
      ...{ kubeconfig: content, context, namespace: name, timeoutSeconds },
      owner: claim.owner?.id,
    }),
  );
  return pulumi.unsecret(recovered);
}

interface Recovery {
  readonly kubeconfig: string;
  readonly context: string | undefined;
  readonly namespace: string;
  readonly timeoutSeconds: number;
  /** The id by which this state marks what it makes; undefined for one that has none. */
  readonly owner: string | undefined;
}

async function recover(recovery: Recovery): Promise<string> {
  const { namespace } = recovery;
  try {
    const traces = await tracesOf(recovery);
    if (!isLeftBehind(traces)) return namespace;
    const { unlockRelease } = await import("./unlock-release.ts");
    const say = (line: string) => void pulumi.log.info(line);
    await unlockRelease({ ...recovery, name: operatorName, recorded: traces.recorded, say });
    return namespace;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw runError(
      `Helm release ${namespace}/${operatorName} must be readable, got: ${reason}. ` +
        `Next: kubectl get secrets --namespace ${namespace} --selector owner=helm`,
    );
  }
}

interface Revisions {
  readonly items: readonly { readonly metadata: { readonly labels: Record<string, string> } }[];
}

interface Marker {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
}

const boundMilliseconds = 10_000;

async function tracesOf(recovery: Recovery): Promise<ReleaseTraces> {
  const { kubeconfig, context, namespace, owner } = recovery;
  const reader = await openReader(kubeconfig, context, boundMilliseconds);
  const root = `/api/v1/namespaces/${namespace}`;
  const selector = encodeURIComponent(`owner=helm,name=${operatorName}`);
  const [revisions, marker] = await Promise.all([
    reader.get<Revisions>(`${root}/secrets?labelSelector=${selector}`),
    reader.get<Marker>(`${root}/configmaps/${runtimeInfoName}`),
  ]);
  const labels = (revisions?.items ?? []).map(({ metadata }) => metadata.labels);
  const newest = labels.toSorted((a, b) => Number(a["version"]) - Number(b["version"])).at(-1);
  // The marker is made only after Pulumi has recorded the release, and says in which state.
  const by = ownerIn(marker?.metadata.annotations)?.id;
  const recorded = marker !== undefined && (by === undefined || by === owner);
  return { status: newest?.["status"], recorded };
}
