import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type GitServer, startGitServer } from "../../../embedded/git/server.ts";
import { adminKubeconfig } from "../../../embedded/clouds/cluster-host.ts";
import { Cluster } from "../../../scripts/lib/cluster.ts";
import { ConfigMap, FluxInstance } from "../../../scripts/lib/kinds.ts";
import { createLog } from "../../../scripts/lib/log.ts";
import { ServedRepository } from "../stuck/git-repository.ts";

const manifest = `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: prices, namespace: shop }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { type: LoadBalancer, ports: [{ port: 80 }] }
`;

/** CloudGround is a Git server with a small shop that has a load balancer: it outlives every cluster. */
export class CloudGround {
  readonly url: string;
  readonly #server: GitServer;
  readonly #directory: string;

  private constructor(server: GitServer, directory: string) {
    this.#server = server;
    this.#directory = directory;
    this.url = `${server.url}/shop.git`;
  }

  static async open(): Promise<CloudGround> {
    const directory = mkdtempSync(join(tmpdir(), "flux-bootstrap-cloud-git-"));
    await new ServedRepository(directory, "shop").commit({ "cluster/all.yaml": manifest });
    const log = createLog(() => undefined);
    return new CloudGround(await startGitServer({ repositories: directory, log }), directory);
  }

  async close(): Promise<void> {
    await this.#server.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** The administrator's client of the cluster that a cloud runs. */
export function administrator(name: string): Cluster {
  return new Cluster(adminKubeconfig(name), "test");
}

/** The cluster has Flux, and what Flux made of the shop. */
export async function requireBootstrapped(name: string): Promise<void> {
  const cluster = administrator(name);
  const flux = { resource: FluxInstance, name: "flux", namespace: "flux-system" };
  assert.ok(await cluster.get(flux), "the cluster has no FluxInstance");
  const prices = { resource: ConfigMap, name: "prices", namespace: "shop" };
  assert.ok(await cluster.get(prices), "the cluster has no shop");
}
