import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { embedded, existing, good, problems, type Values } from "../../support/settings.ts";

const withoutContent = { ...existing, kubeconfig: undefined };
const namingFiles = JSON.stringify({
  clusters: [{ name: "c", cluster: { "certificate-authority": "/ca.crt" } }],
  contexts: [{ name: "prod", context: { cluster: "c", user: "u" } }],
  users: [{ name: "u", user: { "client-key": "planted.key", tokenFile: "/token" } }],
});

const set = (path: string, value: string) =>
  `Run: pulumi config set ${path.includes(".") ? "--path " : ""}${path} ${value}`;
const refused: readonly (readonly [what: string, values: Values, message: string])[] = [
  [
    "a cluster of no kind",
    { ...embedded, cluster: {} },
    `cluster.kind must be "embedded" or "existing" or "aks" or "eks", got nothing. ${set("cluster.kind", "embedded")}`,
  ],
  [
    "a kind that is not built",
    { ...embedded, cluster: { kind: "gke" } },
    `cluster.kind must be "embedded" or "existing" or "aks" or "eks", got "gke". ${set("cluster.kind", "embedded")}`,
  ],
  [
    "a name that Kubernetes refuses",
    { ...embedded, cluster: { kind: "embedded", name: "Dev_1" } },
    `cluster.name must be a Kubernetes name (at most 63 lower-case letters, digits and dashes), got "Dev_1". ${set("cluster.name", "dev")}`,
  ],
  [
    "a context of an embedded cluster",
    { ...embedded, cluster: { kind: "embedded", context: "x" } },
    `cluster.context must be absent when cluster.kind is "embedded", got "x". Run: pulumi config rm --path cluster.context`,
  ],
  [
    "a kubeconfig file of an embedded cluster",
    { ...embedded, cluster: { kind: "embedded", kubeconfigFile: "~/x" } },
    `cluster.kubeconfigFile must be absent when cluster.kind is "embedded", got "~/x". Run: pulumi config rm --path cluster.kubeconfigFile`,
  ],
  [
    "a kubeconfig and the file of one",
    { ...existing, cluster: { kind: "existing", context: "prod", kubeconfigFile: "~/x" } },
    `cluster.kubeconfigFile must be absent when kubeconfig is set, got "~/x". Run: pulumi config rm --path cluster.kubeconfigFile`,
  ],
  [
    "a kubeconfig file that is no text",
    { ...withoutContent, cluster: { kind: "existing", context: "prod", kubeconfigFile: 1 } },
    `cluster.kubeconfigFile must be a text that is not empty, got 1. ${set("cluster.kubeconfigFile", "'~/.kube/config'")}`,
  ],
  [
    "a kubeconfig that names files",
    { ...existing, kubeconfig: namingFiles },
    "kubeconfig must hold its certificates and keys as data, got files (certificate-authority, client-key). Run: kubectl config view --raw --flatten --minify --context prod | pulumi config set --secret kubeconfig",
  ],
  [
    "a kubeconfig that is none",
    { ...existing, kubeconfig: "planted-token" },
    "kubeconfig must be a kubeconfig in YAML, got a value that is not shown. Run: pulumi config set --secret kubeconfig < FILE",
  ],
  [
    "no context for an existing cluster",
    { ...existing, cluster: { kind: "existing" } },
    `cluster.context must be a text that is not empty, got nothing. ${set("cluster.context", "CONTEXT")}`,
  ],
  [
    "a context that the kubeconfig lacks",
    { ...existing, cluster: { kind: "existing", context: "test" } },
    'cluster.context must be a context of the kubeconfig ("prod"), got "test". Name one of them.',
  ],
];

describe("the configuration of the cluster must not hold", () => {
  for (const [what, values, message] of refused) {
    it(what, async () => {
      assert.deepEqual(await problems(values), [message]);
    });
  }
});

describe("the kubeconfig of an existing cluster", () => {
  const context = "prod";
  it("is the content that is set", async () => {
    const { cluster } = await good(existing);
    const { kubeconfig: content } = existing;
    assert.deepEqual(cluster, { kind: "existing", name: "prod", context, kubeconfig: { content } });
  });

  it("is in a file that is named, or in those that kubectl reads", async () => {
    for (const file of ["~/prod.yaml", undefined]) {
      const named = {
        kind: "existing",
        name: "prod",
        context,
        ...(file !== undefined && { kubeconfigFile: file }),
      };
      const { cluster } = await good({ ...withoutContent, cluster: named });
      assert.deepEqual(cluster, { kind: "existing", name: "prod", context, kubeconfig: { file } });
    }
  });
});
