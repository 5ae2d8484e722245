import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { ExternalArtifact, GitRepository, HelmRelease } from "../../../../scripts/lib/kinds.ts";
import {
  ago,
  condition,
  diagnose,
  gitRepository,
  kustomization,
  late,
  notReady,
  outOfRetries,
  ready,
  release,
  running,
  untouched,
} from "./support/objects.ts";
import { causesOf, of } from "./support/walk.ts";

describe("causes", () => {
  it("are one for objects whose words differ in names, numbers and times only", () => {
    const failing = ["a1", "b22", "c-333"].map((name) =>
      release(name, {
        conditions: outOfRetries(
          `Helm install failed for release apps/${name} with chart ${name}@1.0.${name.length}: timed out after ${name.length}m3s`,
        ),
      }),
    );
    const other = release("other", { conditions: outOfRetries("no space left on device") });
    const diagnosis = of([...failing, other]);
    assert.deepEqual(causesOf(diagnosis), [
      "H10 HelmRelease/apps/a1,HelmRelease/apps/b22,HelmRelease/apps/c-333 <- 0",
      "H10 HelmRelease/apps/other <- 0",
    ]);
    assert.deepEqual(
      diagnosis.causes.map(({ next }) => next),
      ["npm run fleet -- repair", "npm run fleet -- repair HelmRelease/apps/other"],
    );
  });

  it("come worst first, then by how many suffer", () => {
    const diagnosis = of([
      release("new", { conditions: running("install", 20) }),
      gitRepository("broken", {
        conditions: [condition("FetchFailed", "True", "GitOperationFailed"), notReady("x")],
      }),
      gitRepository("worse", {
        conditions: [condition("FetchFailed", "True", "AuthenticationFailed"), notReady("x")],
      }),
      kustomization("waits", {
        spec: { sourceRef: { kind: GitRepository.kind, name: "worse" } },
        conditions: [notReady("ArtifactFailed", "Source artifact not found, retrying in 30s")],
      }),
      release("stuck", { conditions: outOfRetries(late) }),
      release("going", { metadata: { deletionTimestamp: ago(5) } }),
    ]);
    assert.deepEqual(
      diagnosis.causes.map(({ standing, affected }) => `${standing} ${affected.length}`),
      ["stuck 0", "failing 1", "failing 0", "terminating 0", "waiting 0"],
    );
  });

  it("are none on a healthy fleet", () => {
    const { causes, limits } = of([
      release("web", { conditions: [ready()] }),
      kustomization("apps", { conditions: [ready()] }),
    ]);
    assert.deepEqual({ causes, limits }, { causes: [], limits: [] });
  });
});

describe("limits", () => {
  it("name what could not be read, a snapshot without controllers, and releases left unexplained", () => {
    const unread = [
      { resource: HelmRelease, why: "absent", message: "HelmRelease is not served" },
      { resource: ExternalArtifact, why: "absent", message: "not served" },
      { resource: GitRepository, why: "forbidden", message: "cannot list" },
    ] as const;
    assert.deepEqual(
      diagnose([untouched(release("web"))], { unread, limits: ["the dump is cut"] }).limits,
      [
        "the dump is cut",
        "HelmRelease: is not served (HelmRelease is not served)",
        "GitRepository: may not be listed (cannot list)",
        "no Flux controllers in flux-system: whether they work is not known",
        "controllers were not asked whether they are alive: why 1 objects were never observed is not known",
      ],
    );
  });
});
