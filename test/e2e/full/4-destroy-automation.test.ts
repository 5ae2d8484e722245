import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { ImageUpdateAutomation, Kustomization } from "../../../scripts/lib/kinds.ts";
import { DrainGround } from "../../support/destroy/drain-ground.ts";
import { differences, type Drained } from "../../support/destroy/drained.ts";
import type { DrainEnd } from "../../support/destroy/drain-run.ts";
import { attach, flux, uidsOf } from "../../support/destroy/fleet.ts";
import {
  automated,
  commitsSince,
  keepPublishing,
  marked,
  markedFile,
  openForPushes,
  repositoryName,
} from "../../support/destroy/fleets/automated.ts";
import { momentOf } from "../../support/destroy/trail.ts";
import { components } from "../../support/stuck/flux.ts";
import { ready } from "../../support/stuck/scenario.ts";

const automation = {
  resource: ImageUpdateAutomation,
  name: "probe",
  namespace: "flux-system",
};

describe("draining a fleet to which image automation commits meanwhile", () => {
  let ground: DrainGround;
  let result: DrainEnd & Drained;
  const over = new AbortController();

  before(async () => {
    ground = await DrainGround.start("drain");
    const { stage } = ground;
    const more = ["image-reflector-controller", "image-automation-controller"];
    const spec = { components: [...components, ...more] };
    await stage.cluster.patch(flux, { spec }, "person");
    await stage.until(flux, (object) => ready(object) && object.metadata.generation === 2);
    const { places } = ground.ground;
    await ground.ground.repository(repositoryName).commit(markedFile(places));
    openForPushes(ground.ground);
    await attach(stage, repositoryName, automated(places));
    await stage.cluster.patch(flux, { spec: { sync: { interval: "2s" } } }, "person");
    keepPublishing(stage, over.signal);
    // Twice: the first commit may have been under way before the tags came.
    await stage.until(marked, (object) => /1\.0\.[2-9]/.test(JSON.stringify(object)));
    result = await ground.drainByPlan();
  });

  after(async () => {
    over.abort();
    await ground.end();
  });

  it("removes all of it, by the plan", async () => {
    assert.equal(result.code, 0, result.output);
    assert.deepEqual(differences(result), []);
    assert.deepEqual(await uidsOf(ground.stage, [automation, marked]), [undefined, undefined]);
    assert.deepEqual(await ground.stage.cluster.list(Kustomization), []);
  });

  it("tells the automation to stop before anything is removed", () => {
    const { events, deleted } = suspension();
    assert.ok(events.length > 0);
    assert.ok(Math.min(...events.map(momentOf)) < deleted);
  });

  it("lets it commit no more afterwards, but for what is under way", () => {
    const { deleted } = suspension();
    assert.ok(commitsSince(ground.ground, 0) >= 2);
    assert.ok(commitsSince(ground.ground, deleted + 1_000) === 0);
  });

  function suspension() {
    const { trail } = result;
    const events = trail.events.filter(
      ({ verb, objectRef, userAgent = "" }) =>
        verb === "patch" &&
        objectRef?.resource === "imageupdateautomations" &&
        userAgent.startsWith("flux-bootstrap/drain"),
    );
    const layers = trail.deleted("kustomize.toolkit.fluxcd.io", "kustomizations");
    const deleted = Math.min(...layers.map((at) => trail.asked(at) ?? Infinity));
    return { events, deleted };
  }
});
