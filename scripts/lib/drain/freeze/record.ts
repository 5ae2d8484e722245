import { gunzipSync, gzipSync } from "node:zlib";

import { ApiError } from "../../api-server.ts";
import type { Cluster } from "../../cluster.ts";
import { purposeLabel } from "../../gate/canary.ts";
import { ConfigMap } from "../../kinds.ts";
import type { KubernetesObject, Reference } from "../../object.ts";
import type { DrainPlan } from "../plan/drain-plan.ts";

/** What a drain says of itself in the cluster, for whoever comes across what it froze, and for the drain after it. */
export interface FreezeRecord {
  /** Holder of the lease of the drain that began. */
  readonly by: string;
  /** RFC 3339. */
  readonly since: string;
  /** When the drain that wrote last gives up, RFC 3339. */
  readonly deadline: string;
  /** Undefined when it cannot be read. */
  readonly plan: DrainPlan | undefined;
}

type RecordObject = KubernetesObject & {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
};

const planKey = "plan.json.gz";

/** recordReference is the ConfigMap that stands as long as anything is frozen. */
export function recordReference(namespace: string): Reference {
  return { resource: ConfigMap, name: "flux-drain", namespace };
}

/** readRecord is undefined when no drain has begun, or the last one has finished. */
export async function readRecord(
  cluster: Cluster,
  namespace: string,
): Promise<FreezeRecord | undefined> {
  const object = await cluster.get<RecordObject>(recordReference(namespace));
  if (object === undefined) return undefined;
  const { by = "unknown", since = "", deadline = "" } = object.data ?? {};
  const { creationTimestamp = "" } = object.metadata;
  const began = since === "" ? creationTimestamp : since;
  return { by, since: began, deadline, plan: readPlan(object.binaryData?.[planKey]) };
}

/** writeRecord creates the record or brings it up to date. */
export async function writeRecord(
  cluster: Cluster,
  namespace: string,
  { by, since, deadline, plan }: FreezeRecord & { readonly plan: DrainPlan },
): Promise<void> {
  const { resource, name } = recordReference(namespace);
  const object: RecordObject = {
    apiVersion: resource.apiVersion,
    kind: resource.kind,
    metadata: { name, namespace, labels: { [purposeLabel]: "drain" } },
    data: { by, since, deadline },
    // A ConfigMap holds 1 MiB, and the plan of a large fleet is more before it is packed.
    binaryData: { [planKey]: gzipSync(JSON.stringify(plan)).toString("base64") },
  };
  try {
    await cluster.create(resource, object);
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== "AlreadyExists") throw error;
    const { data, binaryData } = object;
    await cluster.patch(recordReference(namespace), { data, binaryData });
  }
}

/** removeRecord says that nothing is frozen any more. */
export async function removeRecord(cluster: Cluster, namespace: string): Promise<void> {
  await cluster.delete(recordReference(namespace));
}

function readPlan(packed: string | undefined): DrainPlan | undefined {
  if (packed === undefined) return undefined;
  try {
    return JSON.parse(gunzipSync(Buffer.from(packed, "base64")).toString()) as DrainPlan;
  } catch {
    return undefined;
  }
}
