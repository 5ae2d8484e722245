import type { DrainPlan } from "./drain-plan.ts";
import { budgetsOf } from "./estimate.ts";
import type { DrainOptions } from "../input.ts";
import { keepsFlux } from "../owner.ts";
import { planDrain } from "./plan.ts";
import { readDrainScene } from "./scene-reader.ts";
import { clusterGroupOf } from "./volumes.ts";

/** planNow reads the cluster and plans its drain. It writes nothing. */
export async function planNow({
  connection: { cluster, namespace: fluxNamespace },
  volumes,
  clusterKind,
  clusterName,
  adopts,
}: DrainOptions): Promise<DrainPlan> {
  const scene = await readDrainScene(cluster, { fluxNamespace });
  const budgets = budgetsOf(clusterKind);
  const clusterGroup = clusterGroupOf(clusterKind, clusterName);
  return planDrain(scene, { volumes, budgets, clusterGroup, fluxStays: keepsFlux(adopts) });
}
