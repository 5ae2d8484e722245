import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import {
  HelmRelease,
  Kustomization,
  Namespace,
  ResourceSet,
  sourceKinds,
} from "../../../scripts/lib/kinds.ts";
import type { KubernetesObject, Reference } from "../../../scripts/lib/object.ts";
import { marked } from "../../support/destroy/census.ts";
import { DrainGround } from "../../support/destroy/drain-ground.ts";
import type { DrainEnd } from "../../support/destroy/drain-run.ts";
import { attach, root, rootSource, uidsOf } from "../../support/destroy/fleet.ts";
import * as clinging from "../../support/destroy/fleets/clinging.ts";
import { drainWrites } from "../../support/destroy/trail.ts";
import { removeWhole } from "../../support/destroy/until-gone.ts";
import type { AuditEvent } from "../../support/embedded.ts";

let ground: DrainGround;

before(async () => {
  ground = await DrainGround.start("drain");
});

after(async () => {
  await ground.end();
});

const { finalizer, held, free, hold, stubborn, stubbornWorkload, markedWorkload } = clinging;

const workloads = [stubbornWorkload, markedWorkload];

const assertThere = async (...references: readonly Reference[]) => {
  const uids = await uidsOf(ground.stage, references);
  assert.ok(
    uids.every((uid) => uid !== undefined),
    uids.join(),
  );
};

const assertGone = async (...references: readonly Reference[]) => {
  assert.deepEqual(
    await uidsOf(ground.stage, references),
    references.map(() => undefined),
  );
};

/** Flux objects of any kind that something has to finalize. */
async function fluxObjects(): Promise<string[]> {
  const kinds = [Kustomization, HelmRelease, ResourceSet, ...sourceKinds];
  const lists = await Promise.all(kinds.map((kind) => ground.stage.cluster.list(kind)));
  return lists.flat().map(({ kind, metadata }) => `${kind}/${metadata.name}`);
}

describe("a destroy of what somebody else holds, and of what its controller cannot remove", () => {
  let first: DrainEnd;
  let forced: DrainEnd;
  let events: readonly AuditEvent[];
  let heldBefore: KubernetesObject | undefined;
  let uids: (string | undefined)[];

  before(async () => {
    const { stage } = ground;
    await stage.apply([clinging.room]);
    await attach(stage, "clinging", clinging.clinging(ground.ground.places));
    uids = await uidsOf(stage, workloads);
    first = await ground.drain();
    heldBefore = await stage.cluster.get(held);
    const run = await ground.during(() => ground.drain({ FLUX_BOOTSTRAP_FORCE: "1" }));
    forced = run.result;
    events = run.events;
  });

  after(async () => {
    const { cluster } = ground.stage;
    await cluster.patch(held, { metadata: { finalizers: null } }, "person");
    await removeWhole(cluster, { resource: Namespace, name: clinging.room.object.metadata.name });
  });

  it("gives up first, with the object, its finalizer and the release's own message", () => {
    assert.equal(first.code, 1, first.output);
    assert.match(
      first.output,
      /ConfigMap\/clinging\/held: deleting for .* finalizers example\.com/,
    );
    assert.match(first.output, /HelmRelease\/clinging\/stubborn: .*UninstallFailed/);
    assert.equal(first.output.match(/^Next: /gm)?.length, 1, first.output);
    assert.notEqual(heldBefore?.metadata.deletionTimestamp, undefined);
  });

  it("ends well when it is forced", () => {
    assert.equal(forced.code, 0, forced.output);
  });

  it("says what it will leave behind before it deletes anything, and again when it does", () => {
    const lines = forced.output.split("\n");
    const at = (text: RegExp) => {
      const found = lines.findIndex((line) => text.test(line));
      assert.notEqual(found, -1, `${text.source}\n${forced.output}`);
      return found;
    };
    const begins = at(/^► deleting /);
    assert.ok(at(/^forced: ConfigMap\/clinging\/held: .*held by example\.com\/hold/) < begins);
    assert.ok(at(/^forced: HelmRelease\/clinging\/stubborn: .*could not be uninstalled/) < begins);
    assert.ok(
      at(/^forced: HelmRelease\/clinging\/stubborn goes without removing its 2 objects/) > begins,
    );
  });

  it("takes no finalizer away, neither of somebody else nor of Flux", async () => {
    const { metadata } = (await ground.stage.cluster.get(held)) ?? {};
    assert.equal(metadata?.uid, heldBefore?.metadata.uid);
    assert.deepEqual(metadata?.finalizers, [finalizer]);
    const touched = drainWrites(events).map(({ objectRef }) => objectRef?.name);
    assert.ok(!touched.includes(held.name), touched.join());
    const ended = events.filter(
      ({ objectRef, user, userAgent = "" }) =>
        objectRef?.resource === "helmreleases" &&
        objectRef.name === stubborn.name &&
        user.username.endsWith(":helm-controller") &&
        !userAgent.startsWith("flux-bootstrap"),
    );
    assert.ok(ended.length > 0);
  });

  it("leaves no object of Flux, and all else that goes", async () => {
    assert.deepEqual(await fluxObjects(), []);
    await assertGone(root, rootSource, hold, free);
    assert.deepEqual(await marked(ground.stage.cluster), []);
  });

  it("leaves what the release installed that could not be removed, and what a person marked", async () => {
    await assertThere(...workloads);
    assert.deepEqual(await uidsOf(ground.stage, workloads), uids);
  });

  it("reports what is left and what was kept", () => {
    const report = Object.values(forced.report).join("\n");
    assert.match(
      report,
      /ConfigMap\/clinging\/held: deleting for .* finalizers example\.com\/hold/,
    );
    assert.match(report, /Deployment\/clinging\/stubborn/);
    assert.match(report, /HelmRelease\/clinging\/marked.*prune: disabled/);
  });
});
