import {
  Deployment,
  FluxInstance,
  GitRepository,
  HelmRelease,
  Kustomization,
} from "../../../scripts/lib/kinds.ts";
import type { Reference } from "../../../scripts/lib/object.ts";
import type { FakeApiServer } from "../../support/api-server.ts";
import { namespace } from "./flux.ts";

const finalizers = ["finalizers.fluxcd.io"];
export const ready = {
  conditions: [
    {
      type: "Ready",
      status: "True",
      reason: "Succeeded",
      lastTransitionTime: "2026-01-01T00:01:00Z",
    },
  ],
};

/** What the source of `putSync` serves. */
export const revision = "refs/heads/main@sha1:1";

/** The id of an inventory entry. */
export function idOf({ resource, name, namespace: at = "" }: Reference): string {
  const group = resource.apiVersion.includes("/") ? resource.apiVersion.split("/")[0] : "";
  return `${at}_${name}_${group ?? ""}_${resource.kind}`;
}

export function ownedBy(kind: "kustomize" | "helm", name: string, at = namespace) {
  const prefix = `${kind}.toolkit.fluxcd.io`;
  return { [`${prefix}/name`]: name, [`${prefix}/namespace`]: at };
}

/** Puts a Ready Kustomization whose inventory names `applied`. */
export function putKustomization(
  server: FakeApiServer,
  name: string,
  more: { owner?: string; applied?: readonly Reference[]; spec?: object; status?: object } = {},
): void {
  const entries = (more.applied ?? []).map((reference) => ({ id: idOf(reference), v: "v1" }));
  server.put(Kustomization, {
    metadata: {
      name,
      namespace,
      finalizers,
      ...(more.owner !== undefined && { labels: ownedBy("kustomize", more.owner) }),
    },
    spec: { prune: true, sourceRef: { kind: "GitRepository", name: "flux-system" }, ...more.spec },
    status: { ...ready, inventory: { entries }, lastAttemptedRevision: revision, ...more.status },
  });
}

export function putRelease(
  server: FakeApiServer,
  at: { name: string; namespace: string },
  more: { owner?: string; applied?: readonly Reference[]; spec?: object; status?: object } = {},
): void {
  const entries = (more.applied ?? []).map((reference) => ({ id: idOf(reference), v: "v1" }));
  server.put(HelmRelease, {
    metadata: {
      ...at,
      finalizers,
      ...(more.owner !== undefined && { labels: ownedBy("kustomize", more.owner) }),
    },
    spec: { chartRef: { kind: "OCIRepository", name: "chart" }, ...more.spec },
    status: { ...ready, inventory: { entries }, ...more.status },
  });
}

/** Puts a FluxInstance with its sync: source and root Kustomization, which applied `applied`. */
export function putSync(
  server: FakeApiServer,
  applied: readonly Reference[],
  root: object = {},
): void {
  server.put(FluxInstance, {
    metadata: { name: "flux", namespace },
    spec: {
      components: ["source-controller", "kustomize-controller", "helm-controller"],
      sync: { kind: "GitRepository" },
    },
  });
  server.put(GitRepository, {
    metadata: {
      name: "flux-system",
      namespace,
      finalizers,
      creationTimestamp: "2026-01-01T00:00:00Z",
    },
    spec: { url: "https://git.example/fleet" },
    status: { ...ready, artifact: { revision } },
  });
  putKustomization(server, "flux-system", { applied, ...root });
}

/** A Deployment in `at` that a release of that name made. */
export function putWorkload(server: FakeApiServer, name: string, at: string): Reference {
  const reference = { resource: Deployment, name, namespace: at };
  server.put(Deployment, { metadata: { name, namespace: at, labels: ownedBy("helm", name, at) } });
  return reference;
}
