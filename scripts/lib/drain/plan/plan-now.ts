import type { DrainPlan } from "./drain-plan.ts";
import { budgetsOf } from "./estimate.ts";
import type { DrainOptions } from "../input.ts";
import { planDrain } from "./plan.ts";
import { readDrainScene } from "./scene-reader.ts";

/** planNow reads the cluster and plans its drain. It writes nothing. */
export async function planNow({
  connection: { cluster, namespace: fluxNamespace },
  volumes,
  clusterKind,
}: DrainOptions): Promise<DrainPlan> {
  const scene = await readDrainScene(cluster, { fluxNamespace });
  return planDrain(scene, { volumes, budgets: budgetsOf(clusterKind) });
}
