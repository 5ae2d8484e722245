import { Cluster } from "../../../scripts/lib/cluster.ts";
import { writeRecord } from "../../../scripts/lib/drain/freeze/record.ts";
import { freezePatch } from "../../../scripts/lib/drain/freeze/freeze.ts";
import { FluxInstance, Kustomization, Lease } from "../../../scripts/lib/kinds.ts";
import { FakeApiServer } from "../../support/api-server.ts";
import { namespace } from "./flux.ts";

export const frozenApps = { resource: Kustomization, name: "apps", namespace };
const instance = { resource: FluxInstance, name: "flux", namespace };

/** Leaves the FluxInstance and the Kustomization apps as a drain does that was killed; `live` as one that still works. */
export async function leaveFrozen(server: FakeApiServer, live = false): Promise<void> {
  for (const reference of [instance, frozenApps]) {
    const object = server.get(reference);
    if (object !== undefined) server.merge(reference, freezePatch(object));
  }
  const cluster = new Cluster(server.kubeconfig(), "drain");
  const plan = {
    cluster: { uid: FakeApiServer.uid, endpoint: server.url },
    ...{ steps: [], stopped: [], kept: [], blockers: [], estimateSeconds: 0 },
  };
  const since = "2026-01-31T08:00:00.000Z";
  const record = { by: "host/1/ann_x", since, deadline: since, plan };
  await writeRecord(cluster, namespace, record);
  if (live) keepLease(server);
  server.writes.length = 0;
}

/** The lease of a drain that gives a sign whenever somebody looks. */
function keepLease(server: FakeApiServer): void {
  const name = "flux-bootstrap-drain";
  let signs = 0;
  const renew = () => {
    signs += 1;
    const renewTime = new Date(Date.now() + signs).toISOString();
    const spec = { holderIdentity: "host/1/ann_x", leaseDurationSeconds: 30, renewTime };
    server.put(Lease, { metadata: { name, namespace }, spec });
  };
  renew();
  server.heard = (request) => {
    if (request.startsWith("GET") && request.includes(`/leases/${name}`)) renew();
  };
}

/** dependsOnOf is what the Kustomization apps depends on now. */
export function dependsOnOf(server: FakeApiServer): unknown {
  return (server.get(frozenApps)?.spec as { dependsOn?: unknown } | undefined)?.dependsOn;
}
