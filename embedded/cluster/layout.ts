import { join } from "node:path";

import { clusterDirectory } from "../home.ts";

/** Layout names every file and directory of one embedded cluster. */
export interface Layout {
  readonly root: string;
  /** Read by the Pulumi program: where the cluster, its Git server and its registry are. */
  readonly connection: string;
  /** The kubeconfig of a cluster administrator. */
  readonly kubeconfig: string;
  readonly etcd: string;
  readonly certificates: string;
  readonly credentials: string;
  readonly config: string;
  readonly logs: string;
  readonly audit: string;
  /** Volumes and logs of the pods that the node agent runs. */
  readonly pods: string;
  readonly registry: string;
  /** Bare repositories that the Git server serves. */
  readonly git: string;
  /** The addresses that the cloud has handed out, by Service. */
  readonly addresses: string;
  /** A directory for each volume of the cloud. */
  readonly volumes: string;
}

/** The layout of the cluster with that name. */
export function layoutOf(name: string): Layout {
  const root = clusterDirectory(name);
  return {
    root,
    connection: join(root, "connection.json"),
    kubeconfig: join(root, "kubeconfig"),
    etcd: join(root, "etcd"),
    certificates: join(root, "certificates"),
    credentials: join(root, "credentials"),
    config: join(root, "config"),
    logs: join(root, "logs"),
    audit: join(root, "logs", "audit.jsonl"),
    pods: join(root, "pods"),
    registry: join(root, "registry"),
    git: join(root, "git"),
    addresses: join(root, "addresses.json"),
    volumes: join(root, "volumes"),
  };
}
