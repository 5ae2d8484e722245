import type { StateId } from "../../../scripts/lib/classify/states.ts";
import { Receiver } from "../../../scripts/lib/kinds.ts";
import type { ObjectMeta } from "../../../scripts/lib/object.ts";
import { manifest } from "./manifest.ts";
import { condition, exists, letGo, type Scenario, settled, type Test } from "./scenario.ts";
import { remove } from "./steps.ts";

/** A Receiver, which stands for the kinds that have no table of their own. Its Secret does not exist. */
function hook(metadata: Partial<ObjectMeta> = {}, spec: object = {}) {
  const base = {
    type: "generic",
    secretRef: { name: "not-there" },
    resources: [{ kind: "GitRepository", name: "repository" }],
  };
  return manifest(Receiver, { ...metadata, name: "hook" }, { spec: { ...base, ...spec } });
}

function inState(state: StateId, when: Test) {
  return [{ resource: Receiver, name: "hook", state, when }];
}

export const receivers: readonly Scenario[] = [
  {
    name: "receiver-failed",
    manifests: () => [hook()],
    expect: inState("X2", condition("Ready", { status: "False" })),
  },
  {
    name: "receiver-suspended",
    manifests: () => [hook({}, { suspend: true })],
    expect: inState("X1", exists),
  },
  {
    name: "receiver-held",
    manifests: () => [hook({ finalizers: ["example.com/hold"] })],
    steps: [{ resource: Receiver, name: "hook", when: settled, act: remove }],
    expect: inState("X0", letGo),
  },
  {
    name: "receiver-starting",
    manifests: () => [hook()],
    // Before its finalizer it counts as new.
    expect: inState(
      "X3",
      (object) => !settled(object) && (object.metadata.finalizers ?? []).length > 0,
    ),
    passing: true,
  },
];
