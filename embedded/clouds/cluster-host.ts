import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { parse } from "yaml";

import { createLog } from "../../scripts/lib/log.ts";
import { type HandedOut, readAddresses } from "../cloud/addresses.ts";
import { layoutOf } from "../cluster/layout.ts";
import { readRecord } from "../cluster/record.ts";

/** How the API server of a cluster is reached. */
export interface Endpoint {
  readonly server: string;
  /** Base64 of a certificate in PEM. */
  readonly authority: string;
  /** The only name, besides its address, that the server's certificate is for. */
  readonly host: string;
}

const silent = createLog(() => undefined);
const checkout = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** Leaves an embedded cluster of that name running: the control plane that the cloud would run. */
export async function startControlPlane(name: string): Promise<Endpoint> {
  // A preview starts none, and loading a client of Kubernetes takes longer than all that it does.
  const [{ startCluster }, { ensureToolchain }] = await Promise.all([
    import("../cluster/start.ts"),
    import("../toolchain/build.ts"),
  ]);
  const toolchain = await ensureToolchain({ log: silent });
  await startCluster({ name, toolchain, checkout, log: silent });
  return endpointOf(name);
}

/** The endpoint of a cluster that runs. */
export function endpointOf(name: string): Endpoint {
  const kubeconfig = parse(adminKubeconfig(name)) as {
    clusters: { cluster: { server: string; "certificate-authority-data": string } }[];
  };
  const cluster = kubeconfig.clusters[0]?.cluster;
  const server = cluster?.server ?? "";
  const authority = cluster?.["certificate-authority-data"] ?? "";
  return { server, authority, host: server === "" ? "" : new URL(server).hostname };
}

/** Ends the control plane with all its data, and answers the addresses that its Services still held. */
export async function deleteControlPlane(name: string): Promise<HandedOut> {
  if (readRecord(name) === undefined) return {};
  const left = readAddresses(layoutOf(name).addresses);
  const { deleteCluster } = await import("../cluster/stop.ts");
  await deleteCluster(name, silent);
  return left;
}

/** Whether the control plane is there, and not only on its way. */
export function hasControlPlane(name: string): boolean {
  return existsSync(layoutOf(name).connection);
}

/** The kubeconfig of the control plane's own administrator, whom only the cloud knows. */
export function adminKubeconfig(name: string): string {
  return readFileSync(layoutOf(name).kubeconfig, "utf8");
}
