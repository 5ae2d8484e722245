import { join } from "node:path";

import { fluxRegistry, fluxVersion } from "../../../components/versions.ts";
import { FluxInstance } from "../../../scripts/lib/kinds.ts";
import type { KubernetesObject } from "../../../scripts/lib/object.ts";
import { checkout, type Embedded } from "../embedded.ts";

export const components = [
  "source-controller",
  "kustomize-controller",
  "helm-controller",
  "notification-controller",
] as const;

export interface FluxOptions {
  /** @default what the controllers have by themselves */
  readonly size?: "small" | "medium" | "large";
  /** Kustomize patches of what the operator installs. */
  readonly patches?: readonly object[];
  /** What Flux reconciles from its first moment on. @default nothing */
  readonly sync?: object;
}

/** Installs the operator and waits until it is there. */
export async function installOperator(embedded: Embedded): Promise<void> {
  const chart = join(checkout, "embedded", "chart", "flux-operator");
  const { code, output } = await embedded.run([
    ...(["helm", "install", "flux-operator", chart, "--namespace", "flux-system"] as const),
    ...["--create-namespace", "--set", "web.enabled=false", "--wait", "--timeout", "2m"],
  ]);
  if (code !== 0) throw new Error(`helm install flux-operator failed: ${output}`);
}

/** The FluxInstance of these options. */
export function fluxInstance({ size, patches = [], sync }: FluxOptions): KubernetesObject {
  return {
    apiVersion: FluxInstance.apiVersion,
    kind: FluxInstance.kind,
    metadata: { name: "flux", namespace: "flux-system" },
    spec: {
      distribution: { version: fluxVersion, registry: fluxRegistry },
      components,
      cluster: { type: "kubernetes", networkPolicy: false, ...(size && { size }) },
      kustomize: { patches },
      ...(sync && { sync }),
    },
  };
}

/** Installs the operator and creates the FluxInstance; the controllers come up by themselves. */
export async function installFlux(embedded: Embedded, options: FluxOptions): Promise<void> {
  await installOperator(embedded);
  await embedded.cluster.apply(FluxInstance, fluxInstance(options));
}

/** A patch that adds arguments to a controller's command line. */
export function withArguments(controller: string, ...added: readonly string[]): object {
  const operations = added.map((value) => ({
    op: "add",
    path: "/spec/template/spec/containers/0/args/-",
    value,
  }));
  return { target: { kind: "Deployment", name: controller }, patch: JSON.stringify(operations) };
}
