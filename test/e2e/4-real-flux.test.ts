import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { after, before, describe, it } from "node:test";

import { GitRepository, type Resource } from "../../scripts/lib/kinds.ts";
import type { ConditionedStatus, KubernetesObject } from "../../scripts/lib/object.ts";
import { Embedded } from "../support/embedded.ts";
import { observed } from "../support/observe.ts";

const ClusterRole: Resource = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  plural: "clusterroles",
  namespaced: false,
};
const role = { resource: ClusterRole, name: "crd-controller-flux-system" };
const source = { resource: GitRepository, name: "flux-system", namespace: "flux-system" };

type Role = KubernetesObject & { readonly rules: readonly { readonly apiGroups?: string[] }[] };
type Source = KubernetesObject<unknown, ConditionedStatus>;

/** Resolves with the first new line of a controller's log that matches. */
async function logLine(embedded: Embedded, controller: string, pattern: RegExp): Promise<string> {
  const follow = ["-n", "flux-system", "logs", "-f", "--tail=0", `deploy/${controller}`];
  const child = spawn("kubectl", follow, { env: embedded.pulumiEnvironment.environment });
  const timeout = setTimeout(() => child.kill(), 60_000);
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      if (pattern.test(line)) return line;
    }
    throw new Error(`no line of ${controller} matched ${String(pattern)} within a minute`);
  } finally {
    clearTimeout(timeout);
    child.kill();
  }
}

describe("the controllers of the embedded cluster", () => {
  let embedded: Embedded;
  let rules: Role["rules"];

  before(async () => {
    embedded = await Embedded.start();
    const { code, output } = await embedded.up();
    assert.equal(code, 0, output);
    rules = (await embedded.cluster.get<Role>(role))?.rules ?? [];
    assert.ok(rules.length > 1);
  });

  after(async () => {
    await embedded.cluster.patch(role, { rules });
  });

  const request = async (token: string) => {
    const annotations = { "reconcile.fluxcd.io/requestedAt": token };
    await embedded.cluster.patch(source, { metadata: { annotations } });
  };

  it("act with the rights of their own ServiceAccounts: without a rule they fail", async () => {
    const ofSources = ({ apiGroups = [] }: Role["rules"][number]) =>
      apiGroups.includes("source.toolkit.fluxcd.io");
    const without = rules.filter((rule) => !ofSources(rule));
    assert.equal(without.length, rules.length - 1);
    const refused =
      /is forbidden: User \\?"system:serviceaccount:flux-system:source-controller\\?" cannot/;
    const line = logLine(embedded, "source-controller", refused);
    await embedded.cluster.patch(role, { rules: without });
    await request("without-the-rule");
    assert.match(await line, /gitrepositories/);
  });

  it("go on once the rule is back", async () => {
    await embedded.cluster.patch(role, { rules });
    await request("with-the-rule");
    const handled = ({ status }: Source) => status?.lastHandledReconcileAt === "with-the-rule";
    await observed<Source>(embedded.cluster, source, handled);
  });
});
