import { after, afterEach, before } from "node:test";

import { preflight, type PreflightArgs } from "../../components/preflight/preflight.ts";
import {
  ConfigMap,
  CustomResourceDefinition,
  Deployment,
  FluxInstance,
  GitRepository,
  Kustomization,
  Namespace,
  Secret,
} from "../../scripts/lib/kinds.ts";
import { FakeApiServer } from "./api-server.ts";

export const stack = "organization.flux-bootstrap.dev";
export const url = "https://example.com/fleet.git";
export const partOfFlux = { "app.kubernetes.io/part-of": "flux" };
export const held = {
  "flux-bootstrap.dev/owner": "one",
  "flux-bootstrap.dev/owned-by": "ada@laptop",
  "flux-bootstrap.dev/owned-since": "2026-01-01T00:00:00Z",
};
export const adoptsNothing = { objects: [], sync: false };

/** The label of the namespace that a stack holds. */
export const of = (label: string) => ({ "flux-bootstrap.dev/stack": label });

const kinds = [
  ...[Namespace, FluxInstance, Deployment, CustomResourceDefinition],
  ...[Kustomization, GitRepository, Secret, ConfigMap],
];

/** PreflightScene is a cluster for the tests of one file to put things into, empty before each. */
export class PreflightScene {
  #server: FakeApiServer | undefined;

  constructor() {
    before(async () => {
      this.#server = await FakeApiServer.start();
    });
    after(() => this.server.stop());
    afterEach(() => {
      this.#clear();
    });
  }

  get server(): FakeApiServer {
    if (this.#server === undefined) throw new Error("the scene is not set yet");
    return this.#server;
  }

  look(options: Partial<PreflightArgs> = {}) {
    const kubeconfig = this.server.kubeconfig();
    return preflight({
      ...{ kubeconfig, context: undefined, stackLabel: stack, adopt: false },
      ...{ fluxVersion: "2.9.4", sync: { url, path: "./clusters/dev" }, taken: undefined },
      ...{ unreachableFix: "Run: npm start", loginFix: "Log in again." },
      ...options,
    });
  }

  /** Puts the namespace of Flux there. */
  put(labels: Record<string, string> = {}, annotations: Record<string, string> = {}): void {
    this.server.put(Namespace, { metadata: { name: "flux-system", labels, annotations } });
  }

  /** Puts a FluxInstance, the operator and a controller there. */
  putFlux(namespace = "flux-system", spec: object = {}): void {
    const labels = { "app.kubernetes.io/name": "flux-operator" };
    const controller = { name: "helm-controller", namespace, labels: partOfFlux };
    this.server.put(FluxInstance, { metadata: { name: "flux", namespace }, spec });
    this.server.put(Deployment, { metadata: { name: "flux-operator", namespace, labels } });
    this.server.put(Deployment, { metadata: controller });
  }

  #clear(): void {
    this.server.gitVersion = undefined;
    for (const resource of kinds) {
      for (const { metadata } of this.server.all(resource)) {
        if (metadata.name === "kube-system") continue;
        const { name, namespace } = metadata;
        const reference = { resource, name, ...(namespace !== undefined && { namespace }) };
        this.server.merge(reference, { metadata: { finalizers: [] } });
        this.server.remove(reference);
      }
    }
  }
}
