import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { identityProblem } from "../../../components/preflight/cluster-uid.ts";
import { holderIn, otherStateProblem } from "../../../components/preflight/holder.ts";
import { annotationsOf } from "../../../scripts/lib/owner.ts";

const stack = "a.b.c";
const owner = { id: "one", by: "ada@laptop", since: "2026-01-01T00:00:00Z" };
const labels = { "flux-bootstrap.dev/stack": stack };
const holder = { stack, owner, adopts: { objects: [], sync: false } };
const own = { ...owner, id: "two" };

describe("the holder of a cluster", () => {
  it("is who the namespace of Flux says", () => {
    const metadata = { name: "flux-system", labels, annotations: annotationsOf(owner) };
    assert.deepEqual(holderIn({ metadata }), holder);
  });

  it("is nobody without the label of a stack, and no owner where none was recorded", () => {
    assert.equal(holderIn(undefined), undefined);
    assert.equal(holderIn({ metadata: { name: "flux-system" } }), undefined);
    assert.equal(holderIn({ metadata: { name: "flux-system", labels } })?.owner, undefined);
  });
});

describe("another state of the same stack", () => {
  const message =
    "the cluster must be held by this state of stack a.b.c, got another one, made by ada@laptop at " +
    "2026-01-01T00:00:00Z: it was lost, or lies in another backend. Use that one, or go on with this one by running: " +
    "FLUX_BOOTSTRAP_TAKE_OVER=one pulumi up";

  it("is named with the command that goes on without it", () => {
    assert.equal(otherStateProblem(holder, { own, stack, taken: undefined }), message);
    assert.equal(otherStateProblem(holder, { own: undefined, stack, taken: "x" }), message);
  });

  it("is none where the state is the same, was taken over, or none is recorded", () => {
    assert.equal(otherStateProblem(holder, { own: owner, stack, taken: undefined }), undefined);
    assert.equal(otherStateProblem(holder, { own, stack, taken: "one" }), undefined);
    const unknown = { ...holder, owner: undefined };
    assert.equal(otherStateProblem(unknown, { own, stack, taken: undefined }), undefined);
    assert.equal(otherStateProblem(undefined, { own, stack, taken: undefined }), undefined);
  });
});

describe("identityProblem", () => {
  const live = { server: "https://127.0.0.1:6443", uid: "b" };

  it("is nothing for the recorded cluster", () => {
    assert.equal(identityProblem(live, "b"), undefined);
  });

  it("holds the one line that accepts another cluster", () => {
    assert.equal(
      identityProblem(live, "a"),
      "the cluster must be the one recorded for this stack (kube-system a), got kube-system b at " +
        "https://127.0.0.1:6443. If it replaces the recorded one, run: " +
        "FLUX_BOOTSTRAP_ACCEPT_CLUSTER=b pulumi up --refresh --run-program",
    );
  });
});
