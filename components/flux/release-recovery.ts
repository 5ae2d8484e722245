import * as pulumi from "@pulumi/pulumi";

import { openReader } from "../cluster/reader.ts";
import type { Cluster } from "../cluster/contract.ts";
import { isLeftBehind, type ReleaseTraces } from "../../scripts/lib/helm-storage.ts";
import { operatorName, runtimeInfoName } from "../names.ts";

/**
 * afterRecovery is the namespace, once the release of flux-operator in it can be installed or upgraded. In an `up` it
 * looks at the release on every run and writes only when one was left behind; a preview looks at nothing.
 */
export function afterRecovery(
  { kubeconfig, context }: Cluster,
  namespace: pulumi.Output<string>,
  timeoutSeconds: number,
): pulumi.Output<string> {
  if (pulumi.runtime.isDryRun()) return namespace;
  const recovered = pulumi.all([kubeconfig, namespace]).apply(async ([content, name]) => {
    const traces = await tracesOf(content, context, name);
    if (!isLeftBehind(traces)) return name;
    const { unlockRelease } = await import("./unlock-release.ts");
    const { recorded } = traces;
    const release = { namespace: name, name: operatorName, recorded, timeoutSeconds };
    const say = (line: string) => void pulumi.log.info(line);
    await unlockRelease({ kubeconfig: content, context, ...release, say });
    return name;
  });
  return pulumi.unsecret(recovered);
}

interface Revisions {
  readonly items: readonly { readonly metadata: { readonly labels: Record<string, string> } }[];
}

const boundMilliseconds = 10_000;

async function tracesOf(
  kubeconfig: string,
  context: string | undefined,
  namespace: string,
): Promise<ReleaseTraces> {
  const reader = await openReader(kubeconfig, context, AbortSignal.timeout(boundMilliseconds));
  const root = `/api/v1/namespaces/${namespace}`;
  const selector = encodeURIComponent(`owner=helm,name=${operatorName}`);
  const [revisions, marker] = await Promise.all([
    reader.get<Revisions>(`${root}/secrets?labelSelector=${selector}`),
    reader.get(`${root}/configmaps/${runtimeInfoName}`),
  ]);
  const labels = (revisions?.items ?? []).map(({ metadata }) => metadata.labels);
  const newest = labels.toSorted((a, b) => Number(a["version"]) - Number(b["version"])).at(-1);
  // The marker is made only after Pulumi has recorded the release.
  return { status: newest?.["status"], recorded: marker !== undefined };
}
