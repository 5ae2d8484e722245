import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Kustomization } from "../../../../scripts/lib/kinds.ts";
import { namespace } from "../../support/flux.ts";
import { putKustomization, putSync, ready } from "../../support/gitops.ts";
import { byNothing, scene, shell } from "./support/restore.ts";

const infrastructure = { resource: Kustomization, name: "infrastructure", namespace };
const notYet = {
  conditions: [{ type: "Ready", status: "Unknown", reason: "Progressing", message: "applying" }],
};
const held = {
  postBuild: { substituteFrom: [{ kind: "ConfigMap", name: "flux-restore" }] },
};
/** Finds nothing, so that a run is over when it may begin. */
const nothing = { ...byNothing, find: shell("true") };

type Told = Error & { readonly details?: readonly string[] };

/** What a person is told of a restore that ran out of time. */
const told = ({ message, details = [] }: Told) => [message, ...details].join("\n");

describe("the layer before a restore", { timeout: 60_000 }, () => {
  it("is infrastructure, and has to be Ready first", async (test) => {
    const at = await scene(test);
    putSync(at.server, [infrastructure]);
    putKustomization(at.server, "infrastructure", { status: notYet });
    let released = false;
    at.server.heard = (request) => {
      if (!/kustomizations\?.*watch=true/.test(request)) return;
      assert.equal(at.marker, undefined);
      released = true;
      at.server.merge(infrastructure, { status: ready });
    };
    assert.equal((await at.run(nothing)).state, "missing");
    assert.equal(released, true);
  });

  it("holds the restore up until the time is over", async (test) => {
    const at = await scene(test);
    putSync(at.server, [infrastructure]);
    putKustomization(at.server, "infrastructure", { status: notYet });
    await assert.rejects(at.run({ ...nothing, timeout: "300ms" }), (error: Told) => {
      const text = told(error);
      assert.match(
        text,
        /Kustomization\/flux-system\/infrastructure \(Ready, before data is restored\)/,
      );
      assert.match(text, /Progressing: applying/);
      return true;
    });
    assert.equal(at.marker, undefined);
  });

  it("is waited for while the root has not applied it yet", async (test) => {
    const at = await scene(test);
    putSync(at.server, [], { status: notYet });
    at.server.heard = (request) => {
      if (!/kustomizations\?.*watch=true/.test(request)) return;
      putKustomization(at.server, "infrastructure");
    };
    assert.equal((await at.run(nothing)).state, "missing");
  });

  it("is none when the root applied none", async (test) => {
    const at = await scene(test);
    putSync(at.server, []);
    assert.equal((await at.run(nothing)).state, "missing");
  });

  it("is the one that is named, which has to come", async (test) => {
    const at = await scene(test);
    putSync(at.server, []);
    const named = { ...nothing, after: "flux-system/storage", timeout: "300ms" };
    await assert.rejects(at.run(named), (error: Told) => {
      assert.match(told(error), /no Kustomization\/flux-system\/storage/);
      return true;
    });
    assert.equal(at.marker, undefined);
  });

  it("must not wait for the restore itself", async (test) => {
    const at = await scene(test);
    putSync(at.server, [infrastructure]);
    putKustomization(at.server, "infrastructure", { spec: held, status: notYet });
    const { message, next } = await at.failed(nothing);
    assert.match(message, /must not wait for the restore, got flux-system\/infrastructure with/);
    assert.equal(next, "kubectl -n flux-system get kustomization infrastructure -o yaml");
  });

  it("does not hold up what needs no restore", async (test) => {
    const at = await scene(test);
    putSync(at.server, [infrastructure]);
    putKustomization(at.server, "infrastructure", { status: notYet });
    assert.equal((await at.run(undefined)).state, "none");
  });
});
