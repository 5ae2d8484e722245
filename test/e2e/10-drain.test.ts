import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { Deployment, FluxInstance, HelmRelease } from "../../scripts/lib/kinds.ts";
import type { KubernetesObject, Reference } from "../../scripts/lib/object.ts";
import { marked } from "../support/destroy/census.ts";
import { DrainGround, revisionOf } from "../support/destroy/drain-ground.ts";
import type { DrainEnd } from "../support/destroy/drain-run.ts";
import {
  attach,
  change,
  flux,
  fluxNamespace,
  root,
  rootSource,
  specified,
  uidsOf,
} from "../support/destroy/fleet.ts";
import {
  edge,
  extra,
  extras,
  finalizer,
  foreign,
  held,
  kept,
  paused,
  plain,
  resumed,
  shop,
  suspended,
  web,
} from "../support/destroy/fleets/shop.ts";
import { refusals } from "../support/destroy/refusals.ts";
import { drainWrites } from "../support/destroy/trail.ts";
import type { AuditEvent } from "../support/embedded.ts";

let ground: DrainGround;

before(async () => {
  ground = await DrainGround.start("drain");
  await attach(ground.stage, "shop", shop(ground.ground.places));
});

after(async () => {
  await ground.end();
});

type Instance = KubernetesObject<{ readonly sync?: object }>;

const attached = async () =>
  (await ground.stage.cluster.get<Instance>(flux))?.spec?.sync !== undefined;

const said = ({ output }: DrainEnd, text: RegExp) => {
  assert.match(output, text, output);
};

const workloads = [web, paused, extras, extra, held, edge, plain];

/** Deletions that a drain asked for; its canaries are its own. */
function removals(events: readonly AuditEvent[]): string[] {
  return drainWrites(events)
    .filter(({ verb, objectRef }) => verb === "delete" && !/^gate-/.test(objectRef?.name ?? ""))
    .map(({ objectRef }) => `${objectRef?.resource ?? ""} ${objectRef?.name ?? ""}`)
    .filter((removed) => !/^(leases|configmaps) flux-/.test(removed));
}

describe("a drain that must not begin", () => {
  let ends: readonly DrainEnd[];
  let events: readonly AuditEvent[];

  before(async () => {
    // All at once: they are to do nothing by which one could disturb another.
    const whole = await ground.during(() =>
      Promise.all(
        refusals.map(async ({ variables }) =>
          ground.drain(await variables(ground.ground.embedded)),
        ),
      ),
    );
    ends = whole.result;
    events = whole.events;
  });

  for (const [index, { name, code, says }] of refusals.entries()) {
    it(`touches nothing: ${name}`, async () => {
      const end = ends[index];
      assert.ok(end);
      assert.equal(end.code, code, end.output);
      said(end, says);
      assert.deepEqual(drainWrites(events), []);
      assert.ok(await attached());
    });
  }
});

describe("a drain without the controllers that it needs", () => {
  // The operator is missed only once the others have answered.
  const dead = [
    ["helm-controller", "4s"],
    ["flux-operator", "8s"],
  ] as const;

  for (const [name, timeout] of dead) {
    it(`ends soon, names ${name} and removes nothing`, async () => {
      const deployment = { resource: Deployment, name, namespace: fluxNamespace };
      const uids = await uidsOf(ground.stage, workloads);
      await scale(deployment, 0);
      const { result, events } = await ground.during(() =>
        ground.drain({ DRAIN_TIMEOUT: timeout }),
      );
      await scale(deployment, 1);
      assert.equal(result.code, 1, result.output);
      said(result, new RegExp(name));
      said(result, /^Next: kubectl/m);
      assert.ok(result.seconds < 30, `${result.seconds} s`);
      assert.deepEqual(await uidsOf(ground.stage, workloads), uids);
      assert.deepEqual(removals(events), []);
    });
  }

  async function scale(deployment: Reference, replicas: number): Promise<void> {
    await ground.stage.cluster.patch(deployment, { spec: { replicas } }, "person");
    await ground.stage.until(deployment, ({ status }) => {
      const { replicas: all = 0, readyReplicas = 0 } = status as Record<string, number>;
      return all === replicas && readyReplicas === replicas;
    });
  }
});

describe("mode orphan", () => {
  let uids: (string | undefined)[];
  let result: DrainEnd;

  before(async () => {
    uids = await uidsOf(ground.stage, workloads);
    result = await ground.drain({ FLUX_BOOTSTRAP_DESTROY_MODE: "orphan" });
  });

  it("detaches the sync and leaves what it made", async () => {
    assert.equal(result.code, 0, result.output);
    assert.deepEqual(await uidsOf(ground.stage, workloads), uids);
    assert.equal(await attached(), false);
    assert.deepEqual(await uidsOf(ground.stage, [root, rootSource]), [undefined, undefined]);
  });

  it("lets the next attachment adopt all of it, without a new revision", async () => {
    await attach(ground.stage, "shop", shop(ground.ground.places));
    assert.deepEqual(await uidsOf(ground.stage, workloads), uids);
    assert.equal(await ground.revision(web), 1);
  });
});

describe("a drain of a fleet with suspended parts, among foreign objects, one part held by someone else", () => {
  let foreignBefore: (string | undefined)[];
  let first: DrainEnd;
  let events: readonly AuditEvent[];
  let markedAfterFirst: readonly string[];
  let heldAfterFirst: KubernetesObject | undefined;
  let second: DrainEnd;

  before(async () => {
    const { stage } = ground;
    await stage.apply(foreign);
    await change(stage, "shop", suspended);
    for (const reference of [paused, resumed, extras]) {
      await stage.until(reference, specified("suspend", true));
    }
    // Shows what a release that is resumed without more does.
    await stage.cluster.patch(resumed, { spec: { suspend: false } }, "person");
    await stage.until(resumed, (object) => revisionOf(object) === 2);
    foreignBefore = await uidsOf(stage, kept);
    const whole = await ground.during(async () => {
      first = await ground.drain({ DRAIN_TIMEOUT: "25s" });
      heldAfterFirst = await stage.cluster.get(held);
      markedAfterFirst = await marked(stage.cluster);
      await stage.cluster.patch(held, { metadata: { finalizers: null } }, "person");
      second = await ground.drain();
    });
    ({ events } = whole);
  });

  it("ends in time and names the object and the finalizer that hold it, with one next command", () => {
    assert.equal(first.code, 1, first.output);
    assert.ok(first.seconds < 45, `${first.seconds} s`);
    said(first, /ConfigMap\/plain\/held/);
    said(first, new RegExp(finalizer.replace(".", "\\.")));
    assert.equal(first.output.match(/^Next: /gm)?.length, 1, first.output);
  });

  it("does not take that finalizer away", () => {
    assert.deepEqual(heldAfterFirst?.metadata.finalizers, [finalizer]);
  });

  it("goes on to the end once it is gone", async () => {
    assert.equal(second.code, 0, second.output);
    assert.ok(removals(events).length > 0);
    assert.deepEqual(
      await uidsOf(ground.stage, workloads),
      workloads.map(() => undefined),
    );
    assert.deepEqual(await uidsOf(ground.stage, [root, rootSource]), [undefined, undefined]);
    assert.deepEqual(await ground.stage.cluster.list(HelmRelease), []);
    assert.deepEqual(await ground.stage.cluster.list(Deployment, { namespace: "shop" }), []);
  });

  it("made no new revision of the suspended release, which had one waiting", () => {
    const revisions = (name: string) =>
      events
        .filter(({ verb, objectRef }) => verb === "create" && objectRef?.resource === "secrets")
        .map(({ objectRef }) => objectRef?.name ?? "")
        .filter((secret) => secret.startsWith(`sh.helm.release.v1.${name}.`));
    assert.deepEqual(revisions("paused"), []);
  });

  it("uninstalled the suspended release, and did not just forget it", () => {
    const removed = events.find(
      ({ verb, objectRef }) =>
        verb === "delete" && objectRef?.resource === "deployments" && objectRef.name === "paused",
    );
    assert.equal(removed?.user.username, "system:serviceaccount:flux-system:helm-controller");
  });

  it("left foreign addresses, claims and namespaces alone, and the namespace that holds them", async () => {
    assert.ok(foreignBefore.every((uid) => uid !== undefined));
    assert.deepEqual(await uidsOf(ground.stage, kept), foreignBefore);
  });

  it("reports what it kept, and why", () => {
    const report = Object.values(second.report).join("\n");
    assert.match(report, /Namespace\/+shop/);
    assert.match(report, /by-hand|door|notes/);
  });

  it("left no mark of its own", async () => {
    assert.ok(markedAfterFirst.includes("FluxInstance/flux-system/flux"));
    assert.deepEqual(await marked(ground.stage.cluster), []);
  });

  it("left Flux as it was before the sync was attached", async () => {
    const { metadata, spec } = (await ground.stage.cluster.get<Instance>(flux)) ?? {};
    assert.equal(spec?.sync, undefined);
    assert.equal(metadata?.annotations?.["fluxcd.controlplane.io/reconcile"], undefined);
    assert.equal((await ground.stage.cluster.list(FluxInstance)).length, 1);
  });
});
