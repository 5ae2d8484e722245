import { timeOf } from "../classify/field.ts";
import { dependenciesOf } from "../classify/references.ts";
import { isUnobserved } from "../classify/unobserved.ts";
import type { Action, Verdict } from "../classify/verdict.ts";
import { findCondition } from "../object.ts";
import type { Key } from "../tree/owner.ts";
import { componentOf } from "./controllers.ts";
import { identityOf, isAddress } from "./eligibility.ts";
import { isHopeless } from "./hope.ts";
import type { Limits } from "./limits.ts";
import { ancestorsOf, sourcesOf } from "./relations.ts";
import type { Scene } from "./scene.ts";
import type { Obstacle, Step } from "./steps.ts";

/** obstacleOf says why a step must not be taken now, or not at all; undefined when nothing speaks against it. */
export function obstacleOf(verdict: Verdict, step: Step, scene: Scene): Obstacle | undefined {
  return (
    step.obstacle ??
    controllerObstacle(step, scene) ??
    limitObstacle(step, scene) ??
    prerequisiteObstacle(step, scene) ??
    ancestorObstacle(step, scene) ??
    graceObstacle(verdict, scene)
  );
}

/** A dead controller answers nothing, and a full queue only gets longer. */
function controllerObstacle({ verdict }: Step, scene: Scene): Obstacle | undefined {
  const component = componentOf(verdict.object.kind) ?? "";
  const controller = scene.diagnosis.verdicts.get(scene.controllerKey(component));
  if (scene.isRestarting(component)) return held(`after the restart of ${component}`);
  if (scene.down.has(component)) {
    const reason = controller === undefined ? "" : `: ${controller.text}`;
    return advice(`${component} does not work${reason}. Nothing is asked of it`);
  }
  if (controller !== undefined && controller.standing !== "ready") {
    return held(`${component} is not ready: ${controller.text}`);
  }
  return scene.saturated.has(component)
    ? held(`the queue of ${component} is full: until it has a free worker`)
    : undefined;
}

function limitObstacle({ verdict, action }: Step, scene: Scene): Obstacle | undefined {
  const identity = identityOf(verdict.object);
  const { journal, limits, now } = scene;
  if (journal.isOutdated(identity, verdict.object.metadata.resourceVersion)) {
    return held("its state is over: until the next one is known");
  }
  const last = journal.last(identity);
  if (last === undefined) return undefined;
  if (last.phase !== "closed") return held("its last request is still open");
  const attempts = journal.of(identity).length;
  const result = `${last.outcome}: ${last.text}`;
  if (last.final || attempts >= limits.attemptsPerObject) {
    return advice(`tried ${times(attempts)}, last ${result}`);
  }
  if (journal.carriedOut(identity, action) >= mostOf(action, limits)) {
    return advice(`one ${action} in a run has to do, last ${result}`);
  }
  const until = last.at + limits.spacingMilliseconds;
  if (until <= now) return undefined;
  return { ...held(`attempt ${attempts + 1} of ${limits.attemptsPerObject} comes later`), until };
}

function mostOf(action: Action, limits: Limits): number {
  if (action === "reset") return limits.resets;
  return action === "force" ? limits.forces : limits.attemptsPerObject;
}

/**
 * A pass that ends at a source or dependency that is not ready spends the token. What was never observed is the
 * exception: its first pass is what it lacks.
 */
function prerequisiteObstacle(step: Step, scene: Scene): Obstacle | undefined {
  const { object } = step.verdict;
  if (isUnobserved(object)) return undefined;
  const { verdicts } = scene.diagnosis;
  for (const key of [...sourcesOf(object, verdicts), ...dependenciesOf(object)]) {
    const obstacle = waitFor(key, scene);
    if (obstacle !== undefined) return obstacle;
  }
  return undefined;
}

function waitFor(key: Key, scene: Scene): Obstacle | undefined {
  const { verdicts } = scene.diagnosis;
  if (scene.isOutstanding(key)) return held(`after ${key}`);
  const verdict = verdicts.get(key);
  if (verdict === undefined) {
    const [kind = ""] = key.split("/", 1);
    // Of a kind without a single verdict nothing is known: it may not be readable.
    return scene.kinds.has(kind) ? advice(`${key} does not exist`) : undefined;
  }
  if (isUsable(verdict)) return undefined;
  const isHeld = scene.plannedFor(key)?.disposition === "held";
  const comes = verdict.standing === "waiting" && !isHopeless(verdict, verdicts, scene.journal);
  return comes || isHeld
    ? held(`after ${key}: ${verdict.text}`)
    : advice(`${key} comes first: ${verdict.text}`);
}

/** A suspended source still serves its artifact, and a suspended release can be ready. */
function isUsable({ object, standing }: Verdict): boolean {
  if (standing === "ready" || isAddress(object)) return true;
  return standing === "suspended" && findCondition(object, "Ready")?.status === "True";
}

/** What applied the object may change it yet. */
function ancestorObstacle({ verdict }: Step, scene: Scene): Obstacle | undefined {
  const { verdicts } = scene.diagnosis;
  const ancestor = ancestorsOf(verdict.object, verdicts).find((key) => {
    const above = verdicts.get(key);
    // While it checks health it has applied what it holds, and may be waiting for this very object.
    if (scene.isOutstanding(key)) return above?.state !== "K9";
    const sources = above === undefined ? [] : sourcesOf(above.object, verdicts);
    return sources.some((source) => scene.isOutstanding(source));
  });
  return ancestor === undefined ? undefined : held(`after ${ancestor}`);
}

/** What goes on by itself may be taken up at any moment: a write at once would be for nothing. */
function graceObstacle(verdict: Verdict, scene: Scene): Obstacle | undefined {
  const since = scene.isExplicit(verdict) ? undefined : goesOnSince(verdict, scene);
  if (since === undefined) return undefined;
  const until = since + scene.limits.graceMilliseconds;
  if (until <= scene.now) return undefined;
  return { ...held(`its controller may go on by itself: ${verdict.nextRetry}`), until };
}

/**
 * Since when the object's controller has had reason to go on: for what waits, since nothing stands in its way; for what
 * fails, since the last try. A parent whose child got healthy has nothing to wait for, and what is stuck neither.
 */
function goesOnSince({ key, object, state, standing }: Verdict, scene: Scene): number | undefined {
  if (standing === "waiting") return scene.journal.actionableSince(key, state) ?? scene.now;
  if (standing !== "failing" || state === "K8") return undefined;
  return timeOf(findCondition(object, "Ready")?.lastTransitionTime);
}

function held(why: string): Obstacle {
  return { disposition: "held", why };
}

function advice(why: string): Obstacle {
  return { disposition: "advice", why };
}

function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}
