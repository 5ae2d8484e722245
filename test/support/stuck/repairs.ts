import { readFileSync } from "node:fs";

import { Cluster } from "../../../scripts/lib/cluster.ts";
import { createLog } from "../../../scripts/lib/log.ts";
import { type RepairResult, repairFleet } from "../../../scripts/lib/repair/repair.ts";
import type { AuditEvent } from "../embedded.ts";
import type { Ground } from "./ground.ts";

const quiet = createLog(() => undefined);
const userAgent = "flux-bootstrap/repair";

/** Repairs what is stuck as a person does it, with the administrator's kubeconfig unless another is given. */
export async function repairOn(
  { embedded }: Ground,
  kubeconfig = readFileSync(embedded.path("kubeconfig"), "utf8"),
): Promise<RepairResult> {
  const { signal } = new AbortController();
  const options = { fluxNamespace: "flux-system", dryRun: false };
  return repairFleet(new Cluster(kubeconfig, "repair"), options, { log: quiet, signal });
}

/** What repairs have written since a moment, in the API server's own words; a question after rights writes nothing. */
export function repairWrites({ embedded }: Ground, since: number): AuditEvent[] {
  return embedded
    .audit()
    .filter(
      ({ userAgent: agent = "", objectRef, requestReceivedTimestamp }) =>
        agent === userAgent &&
        objectRef?.resource !== "selfsubjectaccessreviews" &&
        Date.parse(requestReceivedTimestamp) >= since,
    );
}

/** The HelmReleases that were written to, as `patch apps/cart`. */
export function releaseWrites(events: readonly AuditEvent[]): string[] {
  return events
    .filter(({ objectRef }) => objectRef?.resource === "helmreleases")
    .map(({ verb, objectRef }) => `${verb} ${objectRef?.namespace ?? ""}/${objectRef?.name ?? ""}`)
    .sort();
}
