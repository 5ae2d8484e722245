import type { Diagnosis } from "../../../../../scripts/lib/classify/verdict.ts";
import { controllers } from "./controllers.ts";
import { diagnose, notReady, ociRepository, ready, release } from "./objects.ts";

/** A release that waits for another one. */
export const waits = (name: string, on: string, more: object = {}) =>
  release(name, {
    spec: { dependsOn: [{ name: on }] },
    conditions: [notReady("DependencyNotReady", `dependency 'apps/${on}' is not ready`)],
    ...more,
  });
export const web = "HelmRelease/apps/web";
export const chart = ociRepository("chart", { conditions: [ready()] });

/** What classify makes of the objects, on a cluster whose controllers work. */
export function of(objects: readonly unknown[]): Diagnosis {
  return diagnose([...objects, chart, ...controllers]);
}

export function because({ verdicts }: Diagnosis, key: string): readonly string[] | undefined {
  return verdicts.get(key)?.because;
}

/** `state object,object <- how many suffer`. */
export function causesOf({ causes }: Diagnosis): string[] {
  return causes.map(
    ({ state, objects, affected }) => `${state} ${objects.join(",")} <- ${affected.length}`,
  );
}
