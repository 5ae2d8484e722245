import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import { discover } from "../../scripts/lib/discovery.ts";
import { FluxInstance, HelmRelease, Kustomization } from "../../scripts/lib/kinds.ts";
import { displayName, type KubernetesObject } from "../../scripts/lib/object.ts";
import { ownNamespaces } from "../support/destroy/census.ts";
import {
  addressHolders,
  noLatency,
  setLatencies,
  volumeDirectories,
} from "../support/destroy/cloud.ts";
import { destroyPlan } from "../support/destroy/destroy-plan.ts";
import { differences, type Drained, reversed } from "../support/destroy/drained.ts";
import { assertNothingLeft, podProcesses } from "../support/destroy/nothing-left.ts";
import { lockedFleet } from "../support/destroy/private-repository.ts";
import { type Named, Trail } from "../support/destroy/trail.ts";
import { type CommandResult, Embedded } from "../support/embedded.ts";
import { cancelDestroyAt, type Ended, killUpAt, unlockStack } from "../support/killed-up.ts";
import { withSettings } from "../support/stack-file.ts";

type Instance = KubernetesObject<{ readonly sync?: object }>;
type Release = KubernetesObject<{
  readonly dependsOn?: readonly { readonly name: string; readonly namespace?: string }[];
}>;

let embedded: Embedded;

before(async () => {
  embedded = await Embedded.start();
});

const fluxNamespace = "flux-system";

const layerAt = (name: string): Named => ({
  group: "kustomize.toolkit.fluxcd.io",
  resource: "kustomizations",
  namespace: fluxNamespace,
  name,
});

const releaseAt = (namespace: string, name: string): Named => ({
  group: "helm.toolkit.fluxcd.io",
  resource: "helmreleases",
  namespace,
  name,
});

describe("destroying a whole fleet", () => {
  let drained: Drained;
  let releases: readonly Release[];
  let result: CommandResult;
  let seconds: number;

  const assertBefore = (earlier: Named, later: Named) => {
    const [ended, asked] = [drained.trail.ended(earlier), drained.trail.asked(later)];
    const what = `${earlier.namespace}/${earlier.name} before ${later.namespace}/${later.name}`;
    assert.ok(ended !== undefined && asked !== undefined, what);
    assert.ok(ended <= asked, `${what}: ${ended} ${asked}`);
  };

  before(async () => {
    const up = await embedded.up();
    assert.equal(up.code, 0, up.output);
    await setLatencies(embedded, noLatency);
    releases = await embedded.cluster.list<Release>(HelmRelease);
    // What has to be gone at the end has to be there now.
    assert.equal(releases.length, 30);
    assert.equal(addressHolders(embedded).length, 2);
    assert.equal(volumeDirectories(embedded).length, 3);
    assert.ok(podProcesses(embedded).length >= 5);
    const resources = await discover(embedded.cluster);
    const plan = await destroyPlan(embedded);
    const audited = embedded.audit().length;
    const started = Date.now();
    result = await embedded.destroy();
    seconds = (Date.now() - started) / 1000;
    drained = { plan, resources, trail: new Trail(embedded.audit().slice(audited)) };
  });

  it("ends within 90 seconds", (test) => {
    assert.equal(result.code, 0, result.output);
    test.diagnostic(`destroyed after ${seconds} s, estimated ${drained.plan.estimateSeconds} s`);
    assert.ok(seconds <= 90, `${seconds} s`);
  });

  it("leaves no resource, object, address, volume or process", async () => {
    await assertNothingLeft(embedded);
  });

  it("does what the plan said, in its order", () => {
    assert.deepEqual(differences(drained), []);
  });

  it("would not have done so in another order", () => {
    const other = { ...drained, plan: reversed(drained.plan) };
    assert.notDeepEqual(differences(other), []);
  });

  it("plans everything that Flux made", () => {
    const planned = drained.plan.steps.map(({ kind, namespace, name }) =>
      [kind, namespace, name].join("/"),
    );
    const made = releases.map((release) => displayName(release));
    assert.deepEqual(
      made.filter((name) => !planned.includes(name)),
      [],
    );
  });

  it("takes every layer before the one that it stands on", () => {
    const order: readonly (readonly [string, string])[] = [
      ["apps", "data"],
      ["data", "infrastructure"],
      ["tenants", "infrastructure"],
      ["infrastructure", fluxNamespace],
    ];
    for (const [earlier, later] of order) assertBefore(layerAt(earlier), layerAt(later));
  });

  it("takes every release before those that it depends on", () => {
    const pairs = releases.flatMap(({ metadata: { name, namespace = "" }, spec }) =>
      (spec?.dependsOn ?? []).map(
        (other) =>
          [
            releaseAt(namespace, name),
            releaseAt(other.namespace ?? namespace, other.name),
          ] as const,
      ),
    );
    assert.ok(pairs.length > 5);
    for (const [dependent, dependency] of pairs) assertBefore(dependent, dependency);
  });

  it("takes the account of each tenant after what works with it", () => {
    const accounts = drained.trail
      .deleted("", "serviceaccounts")
      .filter(({ namespace, name }) =>
        drained.plan.steps.some(
          ({ inventory, after }) =>
            after.some(({ because }) => because === "its service account") &&
            inventory.some((entry) => entry.name === name && entry.namespace === namespace),
        ),
      );
    assert.equal(accounts.length, 2);
    for (const account of accounts) {
      const served = releases.filter(({ metadata }) => metadata.namespace === account.namespace);
      assert.ok(served.length > 0);
      for (const { metadata } of served) {
        assertBefore(releaseAt(account.namespace, metadata.name), account);
      }
    }
  });

  it("takes every workload before the first controller", () => {
    const { trail } = drained;
    const isWorkload = ({ namespace }: Named) =>
      ![fluxNamespace, ...ownNamespaces].includes(namespace);
    const workloads = [
      ...trail.deleted("apps", "deployments"),
      ...trail.deleted("apps", "statefulsets"),
      ...trail.deleted("", "services"),
      ...trail.deleted("", "persistentvolumeclaims"),
    ].filter(isWorkload);
    const controllers = trail
      .deleted("apps", "deployments")
      .filter(({ namespace }) => namespace === fluxNamespace);
    assert.ok(workloads.length >= 60);
    assert.equal(controllers.length, 5);
    const last = Math.max(...workloads.map((at) => trail.ended(at) ?? Infinity));
    const first = Math.min(...controllers.map((at) => trail.asked(at) ?? 0));
    assert.ok(last <= first, `${last} ${first}`);
  });
});

describe("destroying a stack whose sync was never attached, for a wrong password", () => {
  it("leaves nothing", async () => {
    await embedded.pulumi(["config", "set", "--secret", "gitPassword", "the-wrong-one"]);
    try {
      await withSettings(embedded, lockedFleet(embedded), async () => {
        const up = await embedded.up();
        assert.notEqual(up.code, 0, up.output);
        assert.match(up.output, /authentication required|authorization failed|401/i);
        const { code, output } = await embedded.destroy();
        assert.equal(code, 0, output);
      });
    } finally {
      await embedded.pulumi(["config", "rm", "gitPassword"]);
    }
    await assertNothingLeft(embedded);
  });
});

describe("destroying a stack whose up was killed right after the attachment", () => {
  let cancelled: Ended;
  let again: CommandResult;
  let trail: Trail;

  before(async () => {
    const attached = (object: KubernetesObject) => (object as Instance).spec?.sync !== undefined;
    const inFlux = { namespace: fluxNamespace };
    await killUpAt(embedded, { resource: FluxInstance, ...inFlux, test: attached });
    await unlockStack(embedded);
    const audited = embedded.audit().length;
    // Flux goes on without Pulumi: something is there to be removed in the middle of its installation.
    const going = ({ metadata }: KubernetesObject) => metadata.deletionTimestamp !== undefined;
    cancelled = await cancelDestroyAt(embedded, {
      resource: Kustomization,
      ...inFlux,
      test: (object) => going(object) && !object.metadata.name.startsWith("gate-"),
    });
    again = await embedded.destroy();
    trail = new Trail(embedded.audit().slice(audited));
  });

  it("fails when it is cancelled in the middle", () => {
    assert.notEqual(cancelled.code, 0, cancelled.output);
  });

  it("goes on to the end the next time, and leaves nothing", async () => {
    assert.equal(again.code, 0, again.output);
    await assertNothingLeft(embedded);
  });

  it("lets nothing that went come again in between", () => {
    assert.deepEqual(trail.recreated("helm.toolkit.fluxcd.io", "helmreleases"), []);
    assert.deepEqual(trail.recreated("kustomize.toolkit.fluxcd.io", "kustomizations"), []);
  });
});

describe("after all that, the same names", () => {
  it("come up again", async () => {
    const settings = { postBootstrap: { required: "none" } };
    const { code, output } = await withSettings(embedded, settings, () => embedded.up());
    assert.equal(code, 0, output);
    const flux = { resource: FluxInstance, name: "flux", namespace: fluxNamespace };
    const attached = await embedded.cluster.get<Instance>(flux);
    assert.ok(attached?.spec?.sync);
  });
});
