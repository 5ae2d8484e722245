import type { KubernetesObject } from "../object.ts";
import { keyOf } from "../tree/owner.ts";
import type { Context } from "./context.ts";
import type { Controller } from "./controllers.ts";
import { runningAction } from "./running.ts";

/** busyWith is what the controller's workers are held by: Helm actions, or health checks. */
export function busyWith(controller: Controller, { index, controllers }: Context): string[] {
  const kinds: Readonly<Record<string, string>> = {
    "helm-controller": "HelmRelease",
    "kustomize-controller": "Kustomization",
  };
  const kind = kinds[controller.component];
  if (kind === undefined) return [];
  return index
    .ofKind(kind)
    .filter((object) => runs(object, controller) && isOf(controllers.for(object), controller))
    .map(keyOf);
}

function runs(object: KubernetesObject, { startedAt }: Controller): boolean {
  const running = runningAction(object);
  if (running === undefined || object.metadata.deletionTimestamp !== undefined) return false;
  // What ran in a process that is gone holds no worker.
  return startedAt === undefined || running.since === undefined || running.since >= startedAt;
}

function isOf(responsible: unknown, controller: Controller): boolean {
  return typeof responsible === "object" && (responsible as Controller).key === controller.key;
}

/** isSaturated is true when no worker of the controller is free. */
export function isSaturated(controller: Controller, context: Context): boolean {
  return context.busy(controller).length >= controller.workers;
}
