import type { TestContext } from "node:test";

import { requestedAt } from "../../../../../scripts/lib/gate/canary.ts";
import {
  GitRepository,
  HelmChart,
  HelmRelease,
  HelmRepository,
  Kustomization,
  OCIRepository,
  type Resource,
} from "../../../../../scripts/lib/kinds.ts";
import type { KubernetesObject, Reference } from "../../../../../scripts/lib/object.ts";
import { FakeApiServer } from "../../../../support/api-server.ts";
import { putController } from "../../../support/flux.ts";
import { putKustomization, putRelease, putSync } from "../../../support/gitops.ts";
import { type Circumstances, kubeconfigFile, type Ran, run } from "./fleet.ts";

export const apps: Reference = { resource: Kustomization, name: "apps", namespace: "flux-system" };
export const cart: Reference = { resource: HelmRelease, name: "cart", namespace: "shop" };
export const cache: Reference = { resource: HelmRelease, name: "cache", namespace: "shop" };
export const source: Reference = {
  resource: GitRepository,
  name: "flux-system",
  namespace: "flux-system",
};

export interface Scene {
  readonly server: FakeApiServer;
  /** Directory of the kubeconfig, which goes with the test. */
  readonly directory: string;
  readonly fleet: (argv: readonly string[], around?: Circumstances) => Promise<Ran>;
}

/** A server with nothing of Flux, and the commands run against it. */
export async function emptyScene(test: TestContext): Promise<Scene> {
  const server = await FakeApiServer.start();
  for (const { plural } of answering) server.missing.add(plural);
  const kubeconfig = await kubeconfigFile(server);
  test.after(async () => {
    await server.stop();
    await kubeconfig.remove();
  });
  return {
    server,
    directory: kubeconfig.directory,
    fleet: (argv, around = {}) =>
      run(argv, { ...around, variables: { ...kubeconfig.variables, ...around.variables } }),
  };
}

/** A sync whose Kustomization apps has applied the releases cart and cache of namespace shop, all of it Ready. */
export async function fleetScene(test: TestContext): Promise<Scene> {
  const scene = await emptyScene(test);
  const { server } = scene;
  server.missing.clear();
  for (const name of ["source-controller", "kustomize-controller", "helm-controller"]) {
    putController(server, name);
  }
  putSync(server, [apps], { status: readyNow(1) });
  putKustomization(server, "apps", {
    owner: "flux-system",
    applied: [cart, cache],
    status: readyNow(1),
  });
  server.put(OCIRepository, {
    metadata: { name: "chart", namespace: "shop" },
    spec: { url: "oci://registry.example/charts/app" },
    status: { ...readyNow(1), artifact: { revision: "1.2.0@sha256:0123456789abcdef" } },
  });
  for (const { name } of [cart, cache]) {
    putRelease(server, { name, namespace: "shop" }, { owner: "apps", status: readyNow(1) });
  }
  server.writes.length = 0;
  return scene;
}

export function readyNow(observedGeneration: number) {
  const condition = {
    type: "Ready",
    status: "True",
    reason: "Succeeded",
    observedGeneration,
    lastTransitionTime: "2026-01-01T00:01:00Z",
  };
  return { observedGeneration, conditions: [condition] };
}

export function notReady(reason: string, message: string, observedGeneration = 1) {
  const condition = { type: "Ready", status: "False", reason, message, observedGeneration };
  return { observedGeneration, conditions: [condition] };
}

/** What the controller of an object answers when it is asked to reconcile. */
export type Answer = (object: KubernetesObject) => object | undefined;

/** Ready at the generation that was asked for. */
export const becomesReady: Answer = ({ metadata }) => readyNow(metadata.generation ?? 1);

const answering: readonly Resource[] = [
  GitRepository,
  OCIRepository,
  HelmRepository,
  HelmChart,
  Kustomization,
  HelmRelease,
];

/** Plays the controllers: each token is handled, and the status becomes what `answer` says; no answer without one. */
export function runAnswering(server: FakeApiServer, answer: Answer = becomesReady): void {
  server.react((object, event) => {
    const resource = answering.find(({ kind }) => kind === object.kind);
    const token = object.metadata.annotations?.[requestedAt];
    const { lastHandledReconcileAt } = (object.status ?? {}) as { lastHandledReconcileAt?: string };
    if (event === "DELETED" || resource === undefined || token === undefined) return;
    if (token === lastHandledReconcileAt) return;
    const status = answer(object);
    const { name, namespace = "" } = object.metadata;
    if (status === undefined) return;
    const handled = { status: { ...status, lastHandledReconcileAt: token } };
    server.merge({ resource, name, namespace }, handled);
  });
}

/** The plurals and names that were patched, in order. */
export function patched({ writes }: FakeApiServer): string[] {
  return writes
    .filter((write) => write.startsWith("PATCH "))
    .map((write) => write.split("/").slice(-2).join("/"));
}

export function annotationsOf(server: FakeApiServer, reference: Reference) {
  return server.get(reference)?.metadata.annotations ?? {};
}
