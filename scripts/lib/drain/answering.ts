import type { Connection } from "../connection.ts";
import { Failure } from "../failure.ts";
import { otherCluster } from "./decision.ts";
import type { DrainOptions } from "./input.ts";
import { requireOwn } from "./owner.ts";

const patience = 5_000;

/**
 * requireNobodyElse rejects when a person says that nothing is to be drained, and a cluster answers of which that cannot
 * be meant: Pulumi would go on and delete Flux there by name. One that does not answer, or does not know the
 * credentials, cannot be harmed.
 */
export async function requireNobodyElse(
  connection: Connection,
  { gone, clusterName, owner }: Pick<DrainOptions, "gone" | "clusterName" | "owner">,
): Promise<void> {
  const { cluster, uid } = connection;
  const live = await cluster.uid(AbortSignal.timeout(patience)).catch(() => undefined);
  if (live === undefined) return;
  if (live !== uid) {
    const { reason, next } = otherCluster(cluster.api.url);
    throw new Failure(reason, { next });
  }
  await requireOwn({ connection, ...(owner !== undefined && { owner }) });
  if (!gone) return;
  throw new Failure(
    `the cluster ${clusterName ?? ""} must be gone for good when FLUX_BOOTSTRAP_GONE says so, got an answer from ` +
      `${cluster.api.url}. Leave FLUX_BOOTSTRAP_GONE out`,
    { next: "pulumi destroy" },
  );
}
