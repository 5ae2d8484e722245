import type {
  Condition,
  ConditionedStatus,
  KubernetesObject,
} from "../../../scripts/lib/object.ts";
import { type StateFixture, stateFixtures } from "../../fixtures/states.ts";

/** Derived is a fixture that no controller can be brought to write, made of a recorded one. */
interface Derived {
  readonly name: string;
  /** The recorded fixture. */
  readonly from: string;
  /** Why it cannot be recorded, and what was changed. */
  readonly why: string;
  readonly states: StateFixture["states"];
  readonly answers?: StateFixture["answers"];
  /** Changes every object of the kind, at the fixture's moment. */
  readonly kind: string;
  readonly change: (object: KubernetesObject, at: number) => KubernetesObject;
}

type Unready = Pick<Condition, "reason" | "message"> & { readonly status: "False" | "Unknown" };

const minute = 60_000;

/** The object with another Ready condition, of that many minutes ago. */
function unready(object: KubernetesObject, wanted: Unready, since: number): KubernetesObject {
  const status = object.status as ConditionedStatus;
  const lastTransitionTime = new Date(since).toISOString();
  const conditions = (status.conditions ?? []).map((condition) =>
    condition.type === "Ready" ? { ...condition, ...wanted, lastTransitionTime } : condition,
  );
  return { ...object, status: { ...status, conditions } };
}

function unlabelled(object: KubernetesObject): KubernetesObject {
  return { ...object, metadata: { ...object.metadata, labels: {} } };
}

function statusWithout(object: KubernetesObject, type: string): KubernetesObject {
  const status = object.status as ConditionedStatus;
  const conditions = (status.conditions ?? []).filter((condition) => condition.type !== type);
  return { ...object, status: { ...status, conditions } };
}

const installing = "Running 'install' action with timeout of 40s";

const derived: readonly Derived[] = [
  {
    name: "release-stranded",
    from: "release-ready",
    why: "it takes a race inside helm-controller: Ready=False stayed although the release is deployed",
    states: { "HelmRelease/release-ready/app": "H13" },
    kind: "HelmRelease",
    change: (object, at) =>
      unready(
        object,
        { status: "False", reason: "UpgradeFailed", message: "context deadline exceeded" },
        at - 20 * minute,
      ),
  },
  {
    name: "release-status-lost",
    from: "release-ready",
    why: "it takes a race inside helm-controller: the release is deployed and the status says that its install runs",
    states: { "HelmRelease/release-ready/app": "Z" },
    kind: "HelmRelease",
    change: (object, at) => {
      const running = { status: "Unknown", reason: "Progressing", message: installing } as const;
      const since = at - 20 * minute;
      const changed = statusWithout(unready(object, running, since), "Released");
      const status = changed.status as ConditionedStatus;
      const reconciling: Condition = {
        type: "Reconciling",
        status: "True",
        reason: "Progressing",
        message: installing,
        observedGeneration: 1,
        lastTransitionTime: new Date(since).toISOString(),
      };
      const conditions = [reconciling, ...(status.conditions ?? [])];
      return { ...changed, status: { ...status, conditions, observedGeneration: -1 } };
    },
  },
  {
    name: "release-overlooked",
    from: "release-sharded",
    why: "no way is known to make a working controller overlook a release: the shard label was taken off",
    states: { "HelmRelease/release-sharded/app": "U2" },
    kind: "HelmRelease",
    change: unlabelled,
  },
  {
    name: "release-unasked",
    from: "release-sharded",
    why: "a working controller leaves nothing unobserved: the shard label was taken off, and nobody asked the controllers",
    states: { "HelmRelease/release-sharded/app": "H2" },
    kind: "HelmRelease",
    answers: {},
    change: unlabelled,
  },
  {
    name: "tree-unknown-reason",
    from: "tree-ready",
    why: "the reason does not exist yet",
    states: { "Kustomization/tree-ready/tree": "unknown" },
    kind: "Kustomization",
    change: (object, at) => {
      const wanted = { status: "False", reason: "OfTomorrow", message: "no idea" } as const;
      return unready(object, wanted, at - minute);
    },
  },
  {
    name: "controller-out-of-memory",
    from: "controller-crashing",
    why: "memory limits are not enforced on the embedded cluster: the reason of the container's end was changed",
    states: { "Deployment/flux-system/helm-controller": "C3" },
    kind: "Pod",
    change: outOfMemory,
  },
  {
    name: "namespace-leaving",
    from: "namespace-held",
    why: "it lasts for less than a watch event: the conditions were taken off",
    states: { "Namespace//namespace-held": "T0" },
    kind: "Namespace",
    change: (object) => ({ ...object, status: { phase: "Terminating" } }),
  },
  {
    name: "namespace-content",
    from: "namespace-held",
    why: "it lasts as long as pods end, which is at once here: the condition about finalizers was taken off",
    states: { "Namespace//namespace-held": "T2" },
    kind: "Namespace",
    change: (object) => statusWithout(object, "NamespaceFinalizersRemaining"),
  },
];

/** Fixtures made of those that are recorded. */
export function derivedFixtures(): StateFixture[] {
  const recorded = new Map(stateFixtures().map((fixture) => [fixture.name, fixture]));
  return derived.map(({ name, from, why, states, answers, kind, change }) => {
    const base = recorded.get(from);
    if (base === undefined) throw new Error(`fixture ${from} must be recorded before ${name}`);
    const objects = base.objects.map((object) =>
      object.kind === kind ? change(object, Date.parse(base.at)) : object,
    );
    return {
      ...base,
      name,
      origin: `made of ${from} by hand: ${why}`,
      states,
      ...(answers && { answers }),
      objects,
    };
  });
}

/** A pod whose containers ended with an error, as if they had been out of memory. */
function outOfMemory(object: KubernetesObject): KubernetesObject {
  const text = JSON.stringify(object).replaceAll('"reason":"Error"', '"reason":"OOMKilled"');
  return JSON.parse(text) as KubernetesObject;
}
