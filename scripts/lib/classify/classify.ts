import type { KubernetesObject } from "../object.ts";
import type { Key } from "../tree/owner.ts";
import { causesOf } from "./cause.ts";
import type { Context } from "./context.ts";
import { judgeController } from "./controller.ts";
import { type Controller, Controllers } from "./controllers.ts";
import { judge } from "./judge.ts";
import { verdictOf } from "./judgement.ts";
import { limitsOf } from "./limits.ts";
import { ObjectIndex } from "./object-index.ts";
import { busyWith } from "./queue.ts";
import { findRoots, nameCycles } from "./root-cause.ts";
import { saneObject } from "./sane-object.ts";
import { Scene } from "./scene.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Diagnosis, Verdict } from "./verdict.ts";

/**
 * classify judges every object of the snapshot and finds what is to blame for what is not ready. It is pure: the same
 * snapshot, from a live cluster, a dump or a recording, gives the same diagnosis, and nothing in an object makes it throw.
 */
export function classify(snapshot: Snapshot): Diagnosis {
  const objects = snapshot.objects.map(saneObject).filter((object) => object !== undefined);
  const context = contextOf(snapshot, objects);
  const verdicts = new Map(context.controllerVerdicts);
  for (const object of objects) {
    const judgement = judge(object, context);
    if (judgement === undefined) continue;
    const verdict = verdictOf(object, judgement);
    verdicts.set(verdict.key, verdict);
  }
  nameCycles(verdicts);
  const scene = new Scene(context, verdicts);
  findRoots(verdicts, scene);
  return {
    at: snapshot.at,
    fluxNamespace: snapshot.fluxNamespace,
    verdicts,
    causes: causesOf(verdicts, scene.missing),
    limits: limitsOf(snapshot, verdicts, context.controllers),
  };
}

function contextOf(snapshot: Snapshot, objects: readonly KubernetesObject[]): Context {
  const { at, fluxNamespace, answers, logs, unread } = snapshot;
  const index = new ObjectIndex(objects);
  const controllers = new Controllers(index, fluxNamespace);
  const unknown = new Set(
    unread.filter(({ why }) => why !== "absent").map(({ resource }) => resource.kind),
  );
  const controllerVerdicts = new Map<Key, Verdict>();
  const busy = new Map<Key, readonly Key[]>();
  const context: Context = {
    at,
    fluxNamespace,
    index,
    controllers,
    controllerVerdicts,
    answers,
    logs,
    busy: (controller: Controller) => {
      const keys = busy.get(controller.key) ?? busyWith(controller, context);
      busy.set(controller.key, keys);
      return keys;
    },
    knows: (kind) => !unknown.has(kind),
  };
  for (const controller of controllers.all) {
    const verdict = verdictOf(controller.deployment, judgeController(controller, context));
    controllerVerdicts.set(controller.key, verdict);
  }
  return context;
}
