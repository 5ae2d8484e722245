import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { logsOfSilentControllers } from "../../../../scripts/lib/classify/wanted-logs.ts";
import { controllers } from "./support/controllers.ts";
import { snapshotOf } from "./support/objects.ts";

describe("logsOfSilentControllers", () => {
  it("are of those that were asked and did not answer", () => {
    const answers = { "helm-controller": "silent", "source-controller": "answered" } as const;
    assert.deepEqual(logsOfSilentControllers(snapshotOf([null, ...controllers], { answers })), [
      {
        namespace: "flux-system",
        pod: "helm-controller-5d8b-x2x4z",
        container: "manager",
        previous: false,
      },
    ]);
  });

  it("are none when nobody was asked", () => {
    assert.deepEqual(logsOfSilentControllers(snapshotOf(controllers)), []);
  });
});
