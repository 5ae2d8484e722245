import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type GitServer, startGitServer } from "../../../embedded/git/server.ts";
import { adminKubeconfig } from "../../../embedded/clouds/cluster-host.ts";
import { Cluster } from "../../../scripts/lib/cluster.ts";
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
