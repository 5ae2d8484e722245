import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { GitRepository, Kustomization } from "../../../scripts/lib/kinds.ts";
import { adoptsNothing, held, of, PreflightScene, stack, url } from "../../support/preflight.ts";

const scene = new PreflightScene();

describe("what a person says may be adopted", () => {
  it("is taken over, and named to be kept", async () => {
    scene.put();
    scene.putFlux();
    const { adopts } = await scene.look({ adopt: true });
    assert.deepEqual(adopts, {
      objects: [
        "Namespace/flux-system",
        "FluxInstance/flux-system/flux",
        "Deployment/flux-system/flux-operator",
        "Deployment/flux-system/helm-controller",
      ],
      sync: false,
    });
  });

  it("is taken over with its sync where that is the same", async () => {
    scene.put();
    scene.putFlux("flux-system", { sync: { url, path: "clusters/dev" } });
    assert.equal((await scene.look({ adopt: true })).adopts.sync, true);
  });

  const prunes = (by: string, got: string) => ({
    message:
      `${by} must sync what this stack syncs (${url}, ./clusters/dev) for it to be taken over, got ${got}: ` +
      "what only the old source holds would be pruned. Set sync.url and sync.path to it, and change them afterwards",
  });

  it("is left alone where its sync is another: what that brought would go", async () => {
    scene.put();
    scene.putFlux("flux-system", {
      sync: { url: "https://ada:planted@example.com/x.git", path: "./x" },
    });
    const message = prunes("FluxInstance/flux-system/flux", "https://…@example.com/x.git, ./x");
    await assert.rejects(scene.look({ adopt: true }), message);
  });

  it("is left alone where flux bootstrap made another sync", async () => {
    scene.put();
    const metadata = { name: "flux-system", namespace: "flux-system" };
    scene.server.put(Kustomization, { metadata, spec: { path: "./x" } });
    scene.server.put(GitRepository, { metadata, spec: { url } });
    const message = prunes("Kustomization/flux-system/flux-system", `${url}, ./x`);
    await assert.rejects(scene.look({ adopt: true }), message);
  });
});

describe("a cluster that another stack holds", () => {
  const other = "organization.flux-bootstrap.prod";

  it("is refused with who holds it and the command that takes over, adopted or not", async () => {
    scene.put(of(other), held);
    scene.putFlux();
    await assert.rejects(scene.look({ adopt: true }), {
      message:
        `the cluster must be held by this stack, got stack ${other} of ada@laptop since 2026-01-01T00:00:00Z. ` +
        "To take it over from there, run: FLUX_BOOTSTRAP_TAKE_OVER=one pulumi up",
    });
  });

  it("is taken over by the word for its owner, as if made by this stack", async () => {
    scene.put(of(other), held);
    scene.putFlux();
    assert.deepEqual((await scene.look({ taken: "one" })).adopts, adoptsNothing);
  });

  it("keeps, once taken, what its holder had found there, and not the sync that this one made", async () => {
    const adopts = { objects: ["Namespace/flux-system"], sync: false };
    const adopted = { ...held, "flux-bootstrap.dev/adopted": JSON.stringify(adopts) };
    scene.put(of(other), adopted);
    scene.putFlux("flux-system", { sync: { url, path: "./clusters/dev" } });
    assert.deepEqual((await scene.look({ taken: "one" })).adopts, adopts);
  });

  it("keeps everything where nobody can tell what its holder had found", async () => {
    scene.put(of(other), { ...held, "flux-bootstrap.dev/adopted": "perhaps" });
    const { adopts } = await scene.look({ taken: "one" });
    assert.deepEqual(adopts, { objects: ["Namespace/flux-system"], sync: false });
  });

  it("is not taken by the word for another owner", async () => {
    scene.put(of(other), held);
    await assert.rejects(scene.look({ taken: "two" }), {
      message:
        'FLUX_BOOTSTRAP_TAKE_OVER must be the id of the owner of the cluster (one holds it), got "two". ' +
        "Set it to one, or leave it out.",
    });
  });

  it("is not taken where its sync is another", async () => {
    scene.put(of(other), held);
    scene.putFlux("flux-system", { sync: { url, path: "./x" } });
    await assert.rejects(
      scene.look({ taken: "one" }),
      /what only the old source holds would be pruned/,
    );
  });
});

describe("a word to take over", () => {
  it("is refused where nobody holds the cluster", async () => {
    await assert.rejects(scene.look({ taken: "one" }), {
      message:
        'FLUX_BOOTSTRAP_TAKE_OVER must be the id of the owner of the cluster (nobody holds it), got "one". ' +
        "Leave it out.",
    });
  });

  it("may be said again after it was heard", async () => {
    scene.put(of(stack), { ...held, "flux-bootstrap.dev/owner": "new" });
    await scene.look({ taken: "one" });
  });
});
