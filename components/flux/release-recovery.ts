import * as pulumi from "@pulumi/pulumi";

import { openReader } from "../cluster/reader.ts";
import type { Cluster } from "../cluster/contract.ts";
import { operatorName, runtimeInfoName } from "../names.ts";

/** What the cluster says about the Helm release before Pulumi acts on it. */
export interface ReleaseTraces {
  /** Helm's word for the newest revision; undefined where there is no release. */
  readonly status: string | undefined;
  /** Whether an object exists that Pulumi makes only after it has recorded the release. */
  readonly recorded: boolean;
}

/**
 * isLeftBehind tells a release that a killed run left so that Helm refuses the next action: locked by an action that
 * nobody finishes, or there without Pulumi knowing, which then wants to install it.
 */
export function isLeftBehind({ status, recorded }: ReleaseTraces): boolean {
  if (status === undefined) return false;
  if (status.startsWith("pending-")) return true;
  return !recorded && status !== "failed" && status !== "uninstalled";
}

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
    if (!isLeftBehind(await tracesOf(content, context, name))) return name;
    const { unlockRelease } = await import("./unlock-release.ts");
    const release = { namespace: name, name: operatorName, timeoutSeconds };
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
  return { status: newest?.["status"], recorded: marker !== undefined };
}
