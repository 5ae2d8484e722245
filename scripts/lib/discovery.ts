import { ApiError } from "./api-server.ts";
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
 * discover lists every kind that can be listed, watched and deleted, each in its group's preferred version. A group that
 * another server should answer for, and does not (an aggregated API without its pods), is left out, and so is one that went
 * meanwhile. Rejects when anything else fails: whoever takes kinds for absent that are not would lose what is of them.
 */
export async function discover(cluster: Cluster): Promise<Resource[]> {
  const { groups } = await cluster.api.json<GroupList>("/apis");
  const versions = ["v1", ...groups.map(({ preferredVersion }) => preferredVersion.groupVersion)];
  const found = await Promise.all(versions.map((version) => kindsOrNone(cluster, version)));
  return found.flat();
}

/** What the API server says of a group whose own server it cannot reach, or which it does not serve any more. */
const unanswered: readonly number[] = [404, 502, 503, 504];

async function kindsOrNone(cluster: Cluster, apiVersion: string): Promise<Resource[]> {
  try {
    return await kindsOf(cluster, apiVersion);
  } catch (error) {
    // The groups without a domain are the API server's own.
    const isOwn = !apiVersion.includes(".");
    if (!isOwn && error instanceof ApiError && unanswered.includes(error.code)) return [];
    throw error;
  }
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
