import { parseDuration } from "../duration.ts";
import { type Condition, findCondition, type KubernetesObject } from "../object.ts";
import { sinceOf } from "./condition.ts";

/** RunningAction is what an object says that its controller does at the moment. */
export interface RunningAction {
  /** `install`, `upgrade`, `uninstall`, `test`, `rollback`, `unlock` and others; `health check` of a Kustomization. */
  readonly name: string;
  /** Milliseconds since the epoch; undefined when the condition has no time. */
  readonly since: number | undefined;
  /** Milliseconds that it may take. */
  readonly timeout: number;
  readonly condition: Condition;
}

const defaultTimeout = 300_000;

/** runningAction reads Reconciling where there is one, else Ready, which keeps the words of an action that was lost. */
export function runningAction(object: KubernetesObject): RunningAction | undefined {
  const reconciling = findCondition(object, "Reconciling");
  const ready = findCondition(object, "Ready");
  if (reconciling?.status !== "True") {
    return ready?.status === "Unknown" ? actionIn(ready) : undefined;
  }
  const action = actionIn(reconciling);
  // An install that failed before Helm stored anything, and a failed health check, leave their words there.
  const isOver = ready?.status === "False" && waitedFor.includes(action?.name ?? "");
  return isOver ? undefined : action;
}

/** While one of these runs, Ready is Unknown; any other leaves the failure standing that it is about. */
const waitedFor: readonly string[] = ["install", "upgrade", "health check"];

/** actionIn is the action that the condition's message tells of. */
export function actionIn(condition: Condition): RunningAction | undefined {
  const { message = "" } = condition;
  const helm = /^Running '([\w-]+)' action with (?:a )?timeout of (\S+)/.exec(message);
  const health = /^(running) health checks.* timeout of (\S+)/i.exec(message);
  const [, name, timeout = ""] = helm ?? health ?? [];
  if (name === undefined) return undefined;
  return {
    name: helm === null ? "health check" : name,
    since: sinceOf(condition),
    timeout: parseDuration(timeout) ?? defaultTimeout,
    condition,
  };
}
