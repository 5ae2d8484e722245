import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  canaries,
  canaryObject,
  newToken,
  tokenTime,
} from "../../../../scripts/lib/gate/canary.ts";

const all = Object.values(canaries).flat();
const objectOf = (kind: string) => {
  const canary = all.find(({ resource }) => resource.kind === kind);
  assert.ok(canary !== undefined);
  return canaryObject(canary, { name: "gate-1-a", namespace: "flux-system", token: "gate-1-a" });
};

describe("canaries", () => {
  // Not suspended it would clone, pull or install something; an automation is never answered while suspended.
  const table: [string, boolean][] = [
    ["GitRepository", true],
    ["OCIRepository", true],
    ["HelmRepository", true],
    ["HelmChart", true],
    ["Bucket", true],
    ["Kustomization", true],
    ["HelmRelease", true],
    ["Receiver", true],
    ["ImageRepository", true],
    ["ImageUpdateAutomation", false],
    ["ArtifactGenerator", false],
  ];
  for (const [kind, suspended] of table) {
    it(`has a ${kind} that is ${suspended ? "" : "not "}suspended and asks for the token from its first moment`, () => {
      const { metadata, spec } = objectOf(kind);
      assert.equal((spec as { suspend?: boolean }).suspend === true, suspended);
      assert.equal(metadata.annotations?.["reconcile.fluxcd.io/requestedAt"], "gate-1-a");
      assert.equal(metadata.labels?.["flux-bootstrap.dev/purpose"], "canary");
    });
  }

  it("has no other kind", () => {
    assert.deepEqual(
      all.map(({ resource }) => resource.kind),
      table.map(([kind]) => kind),
    );
  });

  it("disables the ArtifactGenerator, which knows no suspension", () => {
    const { annotations } = objectOf("ArtifactGenerator").metadata;
    assert.equal(annotations?.["source.extensions.fluxcd.io/reconcile"], "disabled");
  });

  it("prunes nothing", () => {
    assert.equal((objectOf("Kustomization").spec as { prune: boolean }).prune, false);
  });
});

describe("newToken", () => {
  it("is unique, names its time and fits into a name", () => {
    const tokens = new Set(Array.from({ length: 1000 }, () => newToken(1_700_000_000_000)));
    assert.equal(tokens.size, 1000);
    for (const token of tokens) {
      assert.match(token, /^[a-z0-9-]{1,40}$/);
      assert.equal(tokenTime(token), 1_700_000_000_000);
    }
    assert.equal(tokenTime("other"), undefined);
  });
});
