import type { Cluster } from "./cluster.ts";
import type { Resource } from "./kinds.ts";

interface GroupList {
  readonly groups: readonly { readonly preferredVersion: { readonly groupVersion: string } }[];
}

interface ResourceList {
  readonly resources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly namespaced: boolean;
    readonly verbs: readonly string[];
  }[];
}

/**
 * discover lists every kind that can be listed, watched and deleted, each in its group's preferred version. A group
 * whose server does not answer (an aggregated API without its pods) is left out.
 */
export async function discover(cluster: Cluster): Promise<Resource[]> {
  const { groups } = await cluster.api.json<GroupList>("/apis");
  const versions = ["v1", ...groups.map(({ preferredVersion }) => preferredVersion.groupVersion)];
  const found = await Promise.allSettled(versions.map((version) => kindsOf(cluster, version)));
  return found.flatMap((outcome) => (outcome.status === "fulfilled" ? outcome.value : []));
}

async function kindsOf(cluster: Cluster, apiVersion: string): Promise<Resource[]> {
  const path = apiVersion === "v1" ? "/api/v1" : `/apis/${apiVersion}`;
  const { resources } = await cluster.api.json<ResourceList>(path);
  return resources
    .filter(({ name, verbs }) => !name.includes("/") && isRemovable(verbs))
    .map(({ name, kind, namespaced }) => ({ apiVersion, kind, plural: name, namespaced }));
}

function isRemovable(verbs: readonly string[]): boolean {
  return ["list", "watch", "delete"].every((verb) => verbs.includes(verb));
}

/** findResource is the kind in its group (empty for the core group), undefined when the cluster does not serve it. */
export function findResource(
  resources: readonly Resource[],
  { group, kind }: { readonly group: string; readonly kind: string },
): Resource | undefined {
  return resources.find(
    ({ apiVersion, kind: served }) =>
      served === kind && (apiVersion.includes("/") ? apiVersion.split("/")[0] : "") === group,
  );
}
