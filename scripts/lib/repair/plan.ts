import type { Action, Diagnosis, Verdict } from "../classify/verdict.ts";
import type { Pod } from "../gate/controller-state.ts";
import type { Key } from "../tree/owner.ts";
import { controllerOf } from "./controllers.ts";
import { identityOf, untouchable } from "./eligibility.ts";
import { isWrite } from "./hope.ts";
import type { Journal } from "./journal.ts";
import type { Limits } from "./limits.ts";
import { obstacleOf } from "./obstacles.ts";
import { Order } from "./relations.ts";
import { Scene } from "./scene.ts";
import { stepOf } from "./steps.ts";

/** What a run is restricted to. */
export interface Scope {
  /** Only this object, and what it fetches from. */
  readonly only?: Key;
  /** What a person asks for, whatever the object's state calls for; `only` is set. */
  readonly action?: "reconcile" | "reset" | "force";
}

/** PlannedRepair is one write, or what a person has to do instead. */
export interface PlannedRepair {
  /** What is written to, or what the advice is about. */
  readonly key: Key;
  readonly verdict: Verdict;
  /** What the key's object is asked for. A source that is asked for the sake of another has `reconcile-source`. */
  readonly action: Action;
  /**
   * - due: to be written now
   * - held: to be written when something else has come about
   * - advice: never written by this run
   */
  readonly disposition: "due" | "held" | "advice";
  /** Why it is done, why it has to wait, or what a person has to do. One line. */
  readonly why: string;
  /** When a held repair is due, where time alone decides. */
  readonly until?: number;
  /** The objects whose state calls for it, when they are others than `key`. */
  readonly purposes: readonly Key[];
  /** 1 for the first write to this object. */
  readonly attempt: number;
  /** The pod that a restart deletes. */
  readonly pod?: Pod;
}

/**
 * planRepairs is everything that may be written now, bottom-up, what has to wait, and what is left to a person. It never
 * plans a write to what is suspended, disabled or on its way out, to what something else explains, to what a run has tried
 * often enough, or to what its controller could not take up. Equal inputs give equal plans.
 */
export function planRepairs(
  diagnosis: Diagnosis,
  journal: Journal,
  limits: Limits,
  scope: Scope = {},
): PlannedRepair[] {
  const scene = new Scene(diagnosis, journal, { limits, scope });
  const candidates = [...diagnosis.verdicts.values()].filter((verdict) => concerns(verdict, scene));
  const restarts: Verdict[] = [];
  for (const verdict of new Order(diagnosis.verdicts).sort(candidates)) {
    if (scene.actionFor(verdict) === "restart-controller") restarts.push(verdict);
    else scene.add(planOne(verdict, scene));
  }
  for (const verdict of restarts) scene.add(planRestart(verdict, scene));
  return scene.planned;
}

function concerns(verdict: Verdict, scene: Scene): boolean {
  if (!scene.inScope(verdict)) return false;
  if (scene.isExplicit(verdict)) return true;
  return verdict.standing !== "ready" && (verdict.because.length === 0 || scene.isOnly(verdict));
}

function planOne(verdict: Verdict, scene: Scene): PlannedRepair | undefined {
  const isOpen = scene.journal.open(identityOf(verdict.object)) !== undefined;
  if (isOpen || scene.isSettled(verdict)) return undefined;
  const action = scene.actionFor(verdict);
  const base = { key: verdict.key, verdict, action, purposes: [], attempt: scene.attempt(verdict) };
  const refusal = refusalOf(verdict, action, scene);
  if (refusal !== undefined) return { ...base, disposition: "advice", why: refusal };
  if (!isWrite(action)) return undefined;
  const step = stepOf(verdict, scene);
  const obstacle = obstacleOf(verdict, step, scene);
  const planned = {
    ...base,
    key: step.verdict.key,
    verdict: step.verdict,
    action: step.action,
    purposes: step.verdict === verdict ? [] : [verdict.key],
    attempt: scene.attempt(step.verdict),
  };
  return obstacle === undefined
    ? { ...planned, disposition: "due", why: verdict.text }
    : { ...planned, ...obstacle };
}

/** Why nothing is written for the object whatever happens; undefined when it may be, or when there is no need. */
function refusalOf(verdict: Verdict, action: Action, scene: Scene): string | undefined {
  const [cause] = verdict.because;
  if (cause !== undefined && !scene.isExplicit(verdict)) return `${cause} comes first`;
  if (action === "fix") return `a person has to fix it: ${verdict.text}`;
  if (action === "raise-concurrency") {
    return "the queue is full, and a write would not shorten it: set flux.size to the next larger size";
  }
  const why = isWrite(action) ? untouchable(verdict.object) : undefined;
  return why === undefined ? undefined : `it ${why}: left alone`;
}

type Base = Omit<PlannedRepair, "disposition" | "why">;

function planRestart(verdict: Verdict, scene: Scene): PlannedRepair | undefined {
  const component = controllerOf(verdict);
  if (component === undefined || scene.isRestarting(component)) return undefined;
  const key = scene.controllerKey(component);
  const base: Base = {
    key,
    verdict: scene.diagnosis.verdicts.get(key) ?? verdict,
    action: "restart-controller",
    purposes: key === verdict.key ? [] : [verdict.key],
    attempt: scene.restarts(component) + 1,
  };
  if (scene.restarts(component) >= scene.limits.restarts) {
    const why = `${component} was restarted once already: look at its log`;
    return { ...base, disposition: "advice", why };
  }
  if (scene.isUnfinished) {
    return { ...base, disposition: "held", why: "a restart comes last, when nothing else is left" };
  }
  return { ...base, disposition: "due", why: verdict.text };
}
