import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { stringify } from "yaml";

import type { Cluster } from "../../scripts/lib/cluster.ts";
import { writeAtomically } from "../cluster/record.ts";
import type { Pod } from "./pod.ts";

const lifetimeSeconds = 3607;

/**
 * Writes what a pod finds of its ServiceAccount: a token bound to this pod, the cluster's CA and the namespace; also a
 * kubeconfig that refers to them, for a program that does not see them in their place. Returns the milliseconds after which the token wants to be renewed, at four fifths of its life.
 */
export async function writeServiceAccount(
  cluster: Cluster,
  pod: Pod,
  directory: string,
  authority: string,
): Promise<number> {
  const { name, namespace = "default", uid } = pod.metadata;
  const account = pod.spec?.serviceAccountName ?? "default";
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`;
  const answer = await cluster.api.json<{ status: { token: string } }>(path, {
    method: "POST",
    body: {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: {
        expirationSeconds: lifetimeSeconds,
        boundObjectRef: { kind: "Pod", apiVersion: "v1", name, uid },
      },
    },
  });
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeAtomically(join(directory, "token"), answer.status.token);
  writeAtomically(join(directory, "ca.crt"), authority);
  writeAtomically(join(directory, "namespace"), namespace);
  writeAtomically(join(directory, "kubeconfig"), kubeconfig(cluster.api.url, directory));
  return lifetimeSeconds * 800;
}

function kubeconfig(server: string, directory: string): string {
  const authority = join(directory, "ca.crt");
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "cluster", cluster: { server, "certificate-authority": authority } }],
    users: [{ name: "pod", user: { tokenFile: join(directory, "token") } }],
    contexts: [{ name: "pod", context: { cluster: "cluster", user: "pod" } }],
    "current-context": "pod",
  });
}
