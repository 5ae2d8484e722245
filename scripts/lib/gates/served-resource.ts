import type { Cluster } from "../cluster.ts";
import type { Resource } from "../kinds.ts";

interface ResourceList {
  readonly resources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly namespaced: boolean;
  }[];
}

/** servedResource is the kind as the API server serves it in that version, undefined while it does not. */
export async function servedResource(
  cluster: Cluster,
  { apiVersion, kind }: Pick<Resource, "apiVersion" | "kind">,
): Promise<Resource | undefined> {
  const path = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const list = await cluster.api.found<ResourceList>(path);
  const found = list?.resources.find(({ name, kind: own }) => own === kind && !name.includes("/"));
  if (found === undefined) return undefined;
  return { apiVersion, kind, plural: found.name, namespaced: found.namespaced };
}
