import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { layoutOf } from "../../../../embedded/cluster/layout.ts";
import { ConfigMap, Deployment, type Resource } from "../../../../scripts/lib/kinds.ts";
import type { Reference } from "../../../../scripts/lib/object.ts";
import type { Ground } from "../../stuck/ground.ts";
import { configMap, manifest, namespaceManifest } from "../../stuck/manifest.ts";
import { type Fleet, layer, within } from "../fleet.ts";
import { deployment } from "../manifests.ts";

const WebhookConfiguration: Resource = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingWebhookConfiguration",
  plural: "validatingwebhookconfigurations",
  namespaced: false,
};

const namespace = "guarded";
const guard: Reference = { resource: Deployment, name: "guard", namespace: "guard" };

export const guardedConfig: Reference = { resource: ConfigMap, name: "config", namespace };

/**
 * Guard is the program of an operator: a webhook that is asked before anything in the namespace is deleted, and that
 * answers as long as its Deployment is there.
 */
export class Guard {
  readonly url: string;
  readonly authority: string;
  /** What it was asked about, by name. */
  readonly asked: string[] = [];
  readonly #server: Server;

  private constructor(server: Server, authority: string) {
    this.url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/review`;
    this.authority = authority;
    this.#server = server;
  }

  /** Starts it; the certificate is the one by which the API server itself is known on this machine. */
  static async start({ embedded, cluster }: Ground, signal: AbortSignal): Promise<Guard> {
    const { certificates } = layoutOf(embedded.name);
    const [cert = "", key = ""] = ["apiserver.crt", "apiserver.key"].map((file) =>
      readFileSync(join(certificates, file), "utf8"),
    );
    const server = createServer({ cert, key });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const started = new Guard(server, cert);
    server.on("request", (request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        response.setHeader("content-type", "application/json");
        response.end(started.#answer(body));
      });
    });
    const stop = () => {
      started.#stop();
    };
    signal.addEventListener("abort", stop);
    cluster.follow(Deployment, { ...guard, signal }, { seen: () => undefined, gone: stop });
    return started;
  }

  #answer(body: string): string {
    const { apiVersion, kind, request } = JSON.parse(body) as Review;
    this.asked.push(request.name);
    return JSON.stringify({ apiVersion, kind, response: { uid: request.uid, allowed: true } });
  }

  #stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

interface Review {
  readonly apiVersion: string;
  readonly kind: string;
  readonly request: { readonly uid: string; readonly name: string };
}

/** An operator with its webhook, and a layer of what the webhook is asked about, in no order of their own. */
export function guarded({ url, authority }: Guard): Fleet {
  const webhook = {
    name: "configmaps.example.com",
    admissionReviewVersions: ["v1"],
    clientConfig: { url, caBundle: Buffer.from(authority).toString("base64") },
    failurePolicy: "Fail",
    sideEffects: "None",
    timeoutSeconds: 2,
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
    rules: [
      { apiGroups: [""], apiVersions: ["v1"], operations: ["DELETE"], resources: ["configmaps"] },
    ],
  };
  return {
    cluster: [layer("guard"), layer("guarded")],
    guard: [
      namespaceManifest("guard"),
      ...within("guard", [deployment("guard")]),
      manifest(WebhookConfiguration, { name: "guard" }, { webhooks: [webhook] }),
    ],
    guarded: [namespaceManifest(namespace), ...within(namespace, [configMap("config", {})])],
  };
}
