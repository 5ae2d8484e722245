import type { StateId } from "../../../scripts/lib/classify/states.ts";
import type { Resource } from "../../../scripts/lib/kinds.ts";
import {
  type Condition,
  findCondition,
  type KubernetesObject,
  type Reference,
} from "../../../scripts/lib/object.ts";
import type { Manifest, Places } from "./manifest.ts";
import type { Stage } from "./stage.ts";

export type Test = (object: KubernetesObject) => boolean;

/** Expectation is the state that one object comes to. */
export interface Expectation {
  readonly resource: Resource;
  readonly name: string;
  /** Only for what is not in the scenario's namespace: "" for what has none. */
  readonly namespace?: string;
  /** The id in the state table. */
  readonly state: StateId;
  /** True of the object as soon as it is there. */
  readonly when: Test;
}

/** Step changes the scene once an object has come so far. */
export interface Step {
  readonly resource: Resource;
  readonly name: string;
  readonly when: Test;
  /** Is given the object that it waited for. */
  readonly act: (stage: Stage, at: Reference) => Promise<unknown>;
}

/** Scenario makes the controllers bring objects into known states. */
export interface Scenario {
  readonly name: string;
  /** @default a namespace of its name, which is made for it */
  readonly namespace?: string;
  /** @default none: it goes on from what another has left */
  readonly manifests?: (places: Places) => readonly Manifest[];
  readonly steps?: readonly Step[];
  readonly expect: readonly Expectation[];
  /** The state passes by itself: the objects are taken as they were when the last of them reached it. */
  readonly passing?: true;
  /** What the controllers are like is part of it. */
  readonly controllers?: true;
}

/** What a condition has to be like: fields that are left out do not matter. */
export interface Wanted {
  readonly status?: Condition["status"];
  readonly reason?: string;
  readonly message?: RegExp;
}

/** A test of one condition. */
export function condition(type: string, { status, reason, message }: Wanted): Test {
  return (object) => {
    const found = findCondition(object, type);
    if (found === undefined) return false;
    return (
      (status === undefined || found.status === status) &&
      (reason === undefined || found.reason === reason) &&
      (message === undefined || message.test(found.message ?? ""))
    );
  };
}

/** Not ready, for that reason. */
export function failed(reason: string, message?: RegExp): Test {
  return condition("Ready", { status: "False", reason, ...(message && { message }) });
}

/** Its controller has come to a result, good or bad. */
export const settled: Test = (object) =>
  ["True", "False"].includes(findCondition(object, "Ready")?.status ?? "");

export const ready: Test = condition("Ready", { status: "True" });

/** Its controller gave up. */
export function stalled(reason: string): Test {
  return condition("Stalled", { status: "True", reason });
}

/** A Helm action runs. */
export const acting: Test = condition("Ready", { status: "Unknown", message: /^Running '/ });

/** Exists, whatever its state. */
export const exists: Test = () => true;

/** Was deleted and is still there. */
export const terminating: Test = ({ metadata }) => metadata.deletionTimestamp !== undefined;

/** Was deleted, let go by its controller, and is still held by someone else. */
export const letGo: Test = ({ metadata: { deletionTimestamp, finalizers = [] } }) =>
  deletionTimestamp !== undefined && !finalizers.includes("finalizers.fluxcd.io");

/** A controller has seen it, although it says nothing. */
export const observed: Test = ({ metadata }) => (metadata.finalizers ?? []).length > 0;

/** The namespace that a scenario plays in. */
export function namespaceOf({ name, namespace = name }: Scenario): string {
  return namespace;
}

/** The reference of what an expectation or a step is about. */
export function referenceOf(
  at: { readonly resource: Resource; readonly name: string; readonly namespace?: string },
  namespace: string,
): Reference {
  const { resource, name } = at;
  const own = at.namespace ?? namespace;
  return { resource, name, ...(resource.namespaced && { namespace: own }) };
}
