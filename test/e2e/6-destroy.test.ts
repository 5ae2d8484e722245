import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { before, describe, it } from "node:test";

import {
  Deployment,
  FluxInstance,
  HelmRelease,
  Kustomization,
  Namespace,
} from "../../scripts/lib/kinds.ts";
import type { KubernetesObject } from "../../scripts/lib/object.ts";
import { Embedded } from "../support/embedded.ts";
import { observed } from "../support/observe.ts";
import { withSettings } from "../support/stack-file.ts";

const flux = { resource: FluxInstance, name: "flux", namespace: "flux-system" };
const own = ["default", "kube-node-lease", "kube-public", "kube-system"];

type Instance = KubernetesObject<{ readonly sync?: object }>;

async function assertNothingLeft(embedded: Embedded): Promise<void> {
  const { cluster } = embedded;
  const namespaces = (await cluster.list(Namespace)).map(({ metadata }) => metadata.name).sort();
  assert.deepEqual(namespaces, own);
  for (const resource of [Deployment, HelmRelease, Kustomization, FluxInstance]) {
    assert.deepEqual(await cluster.list(resource), [], resource.kind);
  }
  const { stdout } = await embedded.run(["pulumi", "stack", "export"]);
  const { deployment } = JSON.parse(stdout) as { deployment: { resources?: object[] } };
  assert.deepEqual(deployment.resources ?? [], []);
}

describe("destroying", () => {
  let embedded: Embedded;

  before(async () => {
    embedded = await Embedded.start();
  });

  it("leaves nothing of a whole fleet", async () => {
    const up = await embedded.up();
    assert.equal(up.code, 0, up.output);
    const { code, output } = await embedded.destroy();
    assert.equal(code, 0, output);
    assert.match(output, /drained/);
    await assertNothingLeft(embedded);
  });

  it("leaves nothing when the up was killed right after the attach", async () => {
    const child = spawn("pulumi", ["up", "--yes", "--skip-preview", "--non-interactive"], {
      cwd: embedded.pulumiEnvironment.checkout,
      env: embedded.pulumiEnvironment.environment,
      detached: true,
      stdio: "ignore",
    });
    const ended = once(child, "close");
    const attached = ({ spec }: Instance) => spec?.sync !== undefined;
    await observed<Instance>(embedded.cluster, flux, attached, 120_000);
    process.kill(-(child.pid ?? 0), "SIGKILL");
    await ended;
    // A killed Pulumi leaves its lock.
    const cancel = await embedded.pulumi(["cancel", "--yes"]);
    assert.equal(cancel.code, 0, cancel.output);
    const { code, output } = await embedded.destroy();
    assert.equal(code, 0, output);
    await assertNothingLeft(embedded);
  });

  it("lets the same names come up again", async () => {
    const settings = { postBootstrap: { required: "none" } };
    const { code, output } = await withSettings(embedded, settings, () => embedded.up());
    assert.equal(code, 0, output);
    const attached = await embedded.cluster.get<Instance>(flux);
    assert.ok(attached?.spec?.sync);
  });
});
