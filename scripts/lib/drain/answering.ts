import type { Connection } from "../connection.ts";
import { Failure } from "../failure.ts";
import { otherCluster } from "./decision.ts";

const patience = 5_000;

/**
 * requireNobodyElse rejects when a person says that nothing is to be drained, and a cluster answers of which that cannot
 * be meant: Pulumi would go on and delete Flux there by name. One that does not answer, or does not know the
 * credentials, cannot be harmed.
 */
export async function requireNobodyElse(
  { cluster, uid }: Connection,
  { gone, clusterName }: { readonly gone: boolean; readonly clusterName: string | undefined },
): Promise<void> {
  const live = await cluster.uid(AbortSignal.timeout(patience)).catch(() => undefined);
  if (live === undefined) return;
  if (live !== uid) {
    const { reason, next } = otherCluster(cluster.api.url);
    throw new Failure(reason, { next });
  }
  if (!gone) return;
  throw new Failure(
    `the cluster ${clusterName ?? ""} must be gone for good when FLUX_BOOTSTRAP_GONE says so, got an answer from ` +
      `${cluster.api.url}. Leave FLUX_BOOTSTRAP_GONE out`,
    { next: "pulumi destroy" },
  );
}
