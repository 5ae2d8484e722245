import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";

import type { ProcessRecord } from "../../embedded/cluster/process.ts";
import { Deployment, FluxInstance, GitRepository } from "../../scripts/lib/kinds.ts";
import { findCondition, type KubernetesObject } from "../../scripts/lib/object.ts";
import { type CommandResult, Embedded } from "../support/embedded.ts";
import { observed } from "../support/observe.ts";
import { withSettings } from "../support/stack-file.ts";

const flux = { resource: FluxInstance, name: "flux", namespace: "flux-system" };
const helmController = { resource: Deployment, name: "helm-controller", namespace: "flux-system" };

type DeploymentObject = KubernetesObject<unknown, { readonly availableReplicas?: number }>;
type InstanceObject = KubernetesObject<{ readonly sync?: object }>;

/** The process of a controller, which the node agent has on record under its pod's name. */
function processOf(embedded: Embedded, controller: string): ProcessRecord {
  const text = readFileSync(embedded.path("pods", "processes.json"), "utf8");
  const found = (JSON.parse(text) as ProcessRecord[]).find(({ name }) =>
    name.startsWith(`${controller}-`),
  );
  assert.ok(found, `no process of ${controller}`);
  return found;
}

/** Its pod gets an image that nothing runs: kwok says Ready of it, and there is no process. */
const simulatedKustomize = {
  target: { kind: "Deployment", name: "kustomize-controller" },
  patch: JSON.stringify([
    {
      op: "replace",
      path: "/spec/template/spec/containers/0/image",
      value: "registry.k8s.io/pause:3.10",
    },
  ]),
};

describe("controllers that are Ready and do not reconcile, one halted and one without a process", () => {
  let embedded: Embedded;
  let stopped: ProcessRecord | undefined;
  let result: CommandResult;

  before(async () => {
    embedded = await Embedded.start();
    // Shorter than the three failed probes after which the node agent restarts a controller that hangs.
    const flux = { controllerPatches: [simulatedKustomize] };
    const settings = { gateTimeout: "12s", flux };
    result = await withSettings(embedded, settings, async () => {
      const up = embedded.up();
      const available = ({ status }: DeploymentObject) => status?.availableReplicas === 1;
      await observed<DeploymentObject>(embedded.cluster, helmController, available, 120_000);
      stopped = processOf(embedded, "helm-controller");
      process.kill(stopped.pid, "SIGSTOP");
      return up;
    });
  });

  after(() => {
    if (stopped !== undefined) process.kill(stopped.pid, "SIGCONT");
  });

  it("fail the up", () => {
    assert.notEqual(result.code, 0, result.output);
  });

  it("are counted and named", () => {
    const silent = /2 of 4 controllers did not answer within 12s: (\S+), (\S+)$/m.exec(
      result.output,
    );
    assert.deepEqual(silent?.slice(1).sort(), ["helm-controller", "kustomize-controller"]);
  });

  it("are all Ready for the FluxInstance", async () => {
    const instance = await embedded.cluster.get<InstanceObject>(flux);
    assert.equal(findCondition(instance, "Ready")?.status, "True");
  });

  it("include the one without a process, whose lease nobody holds", () => {
    assert.match(result.output, /kustomize-controller: its lease is held by nobody/);
    assert.match(result.output, /Pod\/flux-system\/kustomize-controller-\S+: phase Running, ready/);
  });

  it("include the halted one, with its pod, its lease and the end of its log", () => {
    assert.match(result.output, /helm-controller: its lease is held by/);
    assert.match(result.output, /Pod\/flux-system\/helm-controller-\S+: phase Running, ready/);
    assert.match(result.output, /"msg":"starting manager"/);
    assert.match(result.output, /^\s*Next: kubectl/m);
  });

  it("are the only ones that are blamed", () => {
    assert.doesNotMatch(result.output, /(source|notification)-controller: /);
  });

  it("keep the sync from being attached", async () => {
    const instance = await embedded.cluster.get<InstanceObject>(flux);
    assert.ok(instance);
    assert.equal(instance.spec?.sync, undefined);
    assert.deepEqual(await embedded.cluster.list(GitRepository), []);
  });

  it("let the next up pass once they live", async () => {
    assert.ok(stopped);
    process.kill(stopped.pid, "SIGCONT");
    stopped = undefined;
    // Nothing of the fleet has to be Ready for that.
    const settings = { postBootstrap: { required: "none" } };
    const next = await withSettings(embedded, settings, () => embedded.up());
    assert.equal(next.code, 0, next.output);
    const instance = await embedded.cluster.get<InstanceObject>(flux);
    assert.ok(instance?.spec?.sync);
  });
});
