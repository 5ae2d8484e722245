import { Controllers } from "../classify/controllers.ts";
import { ObjectIndex } from "../classify/object-index.ts";
import type { Snapshot } from "../classify/snapshot.ts";
import type { Diagnosis, Verdict } from "../classify/verdict.ts";
import {
  type ControllerState,
  controllerState,
  type Deployment,
  type Lease,
  type Observed,
  type Pod,
} from "../gate/controller-state.ts";
import { sourceKinds } from "../kinds.ts";
import type { KubernetesObject } from "../object.ts";
import { keyFrom } from "../tree/owner.ts";

const components: ReadonlyMap<string, string> = new Map([
  ...sourceKinds.map(({ kind }) => [kind, "source-controller"] as const),
  ["Kustomization", "kustomize-controller"],
  ["HelmRelease", "helm-controller"],
  ["FluxInstance", "flux-operator"],
  ["ResourceSet", "flux-operator"],
]);

/** componentOf is the controller that reconciles a kind. */
export function componentOf(kind: string): string | undefined {
  return components.get(kind);
}

/** controllerOf is the controller that a verdict is about: its own when it judges a Deployment. */
export function controllerOf({ object }: Verdict): string | undefined {
  return object.kind === "Deployment" ? object.metadata.name : componentOf(object.kind);
}

/** observedOf are the Deployments, pods and leases in Flux's namespace. */
export function observedOf({ objects, fluxNamespace }: Snapshot): Observed {
  const inFlux = objects.filter(({ metadata }) => metadata.namespace === fluxNamespace);
  const byName = <O extends KubernetesObject>(kind: string) =>
    new Map(
      inFlux
        .filter((object) => object.kind === kind)
        .map((object) => [object.metadata.name, object as O]),
    );
  return {
    deployments: byName<Deployment>("Deployment"),
    pods: byName<Pod>("Pod"),
    leases: byName<Lease>("Lease"),
  };
}

/** downComponents are the controllers that are known not to work. */
export function downComponents({ verdicts, fluxNamespace }: Diagnosis): ReadonlySet<string> {
  const down = new Set<string>();
  for (const verdict of verdicts.values()) {
    const component = controllerOf(verdict);
    if (component === undefined) continue;
    const { kind, metadata } = verdict.object;
    const broken = verdict.standing === "stuck" || verdict.standing === "failing";
    const isController = kind === "Deployment" && metadata.namespace === fluxNamespace;
    if (verdict.state === "U0" || (isController && broken)) down.add(component);
  }
  return down;
}

/** saturatedComponents are the controllers whose queue holds objects that no worker was free for yet. */
export function saturatedComponents({ verdicts }: Diagnosis): ReadonlySet<string> {
  const saturated = new Set<string>();
  for (const verdict of verdicts.values()) {
    const component = componentOf(verdict.object.kind);
    if (verdict.state === "U1" && component !== undefined) saturated.add(component);
  }
  return saturated;
}

/** isBusy is true when running Helm actions or health checks hold every worker of the controller. */
export function isBusy(component: string, diagnosis: Diagnosis, snapshot: Snapshot): boolean {
  let running = 0;
  for (const { object, state } of diagnosis.verdicts.values()) {
    if ((state === "H7" || state === "K9") && componentOf(object.kind) === component) running += 1;
  }
  return running > 0 && running >= workersOf(component, snapshot);
}

function workersOf(component: string, { objects, fluxNamespace }: Snapshot): number {
  const deployments = objects.filter(({ kind }) => kind === "Deployment");
  const { all } = new Controllers(new ObjectIndex(deployments), fluxNamespace);
  const main = all.find((known) => known.component === component && known.shard === undefined);
  return main?.workers ?? Infinity;
}

/** leaderOf is the state of the controller as the gate judges it. */
export function leaderOf(component: string, snapshot: Snapshot): ControllerState {
  return controllerState(component, observedOf(snapshot));
}

/** deploymentKey is the key of a controller's Deployment. */
export function deploymentKey(component: string, fluxNamespace: string): string {
  return keyFrom("Deployment", fluxNamespace, component);
}
