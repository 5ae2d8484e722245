import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { readStackState } from "../../../../scripts/lib/stack/stack-state.ts";
import { exported, type FakeStack } from "./support/tools.ts";

const read = (stack: FakeStack, secrets = false) =>
  readStackState(JSON.stringify(exported(stack, secrets)));

describe("the state of a stack", () => {
  it("tells what is protected, when it expires and what its drain goes by", () => {
    const expiresAt = "2026-01-31T12:00:00Z";
    assert.deepEqual(read({ protect: ["drain-script", "protection"], expiresAt }), {
      resources: 3,
      protected: ["drain-script", "protection"],
      lockedInCloud: [],
      expiresAt,
      drain: {
        clusterName: "prod",
        clusterUid: "uid-1",
        clusterKind: "embedded",
        volumes: "keep",
        kubeconfig: undefined,
        context: undefined,
      },
    });
  });

  it("holds the kubeconfig only when the secrets were asked for", () => {
    assert.equal(read({}).drain?.kubeconfig, undefined);
    assert.equal(read({}, true).drain?.kubeconfig, "the kubeconfig");
  });

  it("knows nothing of a stack that is destroyed", () => {
    assert.deepEqual(read({ empty: true }), {
      resources: 0,
      protected: [],
      lockedInCloud: [],
      expiresAt: undefined,
      drain: undefined,
    });
  });

  it("goes by the output where there is no namespace yet", () => {
    const type = "pulumi:pulumi:Stack";
    const stateWith = (expiresAt: string) =>
      readStackState(
        JSON.stringify({
          deployment: { resources: [{ urn: `u::${type}::x`, type, outputs: { expiresAt } }] },
        }),
      );
    assert.equal(stateWith("2026-01-31T12:00:00Z").expiresAt, "2026-01-31T12:00:00Z");
    assert.equal(stateWith("never").expiresAt, undefined);
  });

  it("is refused when it is something else", () => {
    assert.throws(() => readStackState("{}"), /the export holds no deployment/);
  });
});
