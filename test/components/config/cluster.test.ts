import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { embedded, existing, problems, type Values } from "../../support/settings.ts";

const set = (path: string, value: string) =>
  `Run: pulumi config set ${path.includes(".") ? "--path " : ""}${path} ${value}`;
const refused: readonly (readonly [what: string, values: Values, message: string])[] = [
  [
    "a cluster of no kind",
    { ...embedded, cluster: {} },
    `cluster.kind must be "embedded" or "existing", got nothing. ${set("cluster.kind", "embedded")}`,
  ],
  [
    "a kind that is not built",
    { ...embedded, cluster: { kind: "aks" } },
    `cluster.kind must be "embedded" or "existing", got "aks". ${set("cluster.kind", "embedded")}`,
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
    "an existing cluster without a kubeconfig",
    { ...existing, kubeconfig: undefined },
    'kubeconfig must be set when cluster.kind is "existing", got nothing. Run: pulumi config set --secret kubeconfig < FILE',
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
