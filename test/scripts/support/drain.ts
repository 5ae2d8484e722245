import assert from "node:assert/strict";
import type { TestContext } from "node:test";

import { Cluster } from "../../../scripts/lib/cluster.ts";
import type { DestroyMode } from "../../../scripts/lib/drain/decision.ts";
import { drain, type DrainResult } from "../../../scripts/lib/drain/drain.ts";
import type { DrainHook } from "../../../scripts/lib/drain/hooks.ts";
import { Failure } from "../../../scripts/lib/failure.ts";
import { Deployment, HelmRelease, Kustomization, Namespace } from "../../../scripts/lib/kinds.ts";
import { FakeApiServer } from "../../support/api-server.ts";
import { fakeApiServer } from "./fake.ts";
import { namespace, putController, recordingLog, runControllers } from "./flux.ts";
import { ownedBy, putKustomization, putRelease, putSync, putWorkload } from "./gitops.ts";

const kinds = [Kustomization, HelmRelease];
export const shop = { resource: Namespace, name: "shop" };
export const cart = { resource: HelmRelease, name: "cart", namespace: "shop" };
export const cartWorkload = { resource: Deployment, name: "cart", namespace: "shop" };
export const apps = { resource: Kustomization, name: "apps", namespace };
export const root = { resource: Kustomization, name: "flux-system", namespace };

export interface Options {
  readonly mode?: DestroyMode;
  readonly force?: boolean;
  readonly timeoutMilliseconds?: number;
  readonly uid?: string;
  readonly signal?: AbortSignal;
  readonly volumes?: "delete" | "keep";
  readonly hooks?: readonly DrainHook[];
  readonly reportDirectory?: string;
  readonly gone?: boolean;
  readonly freezeMilliseconds?: number;
  readonly graceMilliseconds?: number;
}

export async function setUp(test: TestContext): Promise<FakeApiServer> {
  const server = await fakeApiServer(test);
  putController(server, "kustomize-controller");
  putController(server, "helm-controller");
  runControllers(server, kinds);
  putSync(server, [apps]);
  putKustomization(server, "apps", { owner: "flux-system", applied: [shop, cart] });
  putRelease(
    server,
    { name: "cart", namespace: "shop" },
    { owner: "apps", applied: [cartWorkload] },
  );
  putWorkload(server, "cart", "shop");
  server.put(Namespace, { metadata: { name: "shop", labels: ownedBy("kustomize", "apps") } });
  return server;
}

const defaults = {
  mode: "drain",
  force: false,
  timeoutMilliseconds: 30_000,
  canaryMilliseconds: 3_000,
  freezeMilliseconds: 5_000,
  volumes: "keep",
  hooks: [],
  clusterName: "dev",
  clusterKind: "embedded",
  reportDirectory: undefined,
  gone: false,
} as const;

export async function run(
  server: FakeApiServer,
  more: Options = {},
  lines: string[] = [],
): Promise<DrainResult> {
  const { log, lines: written } = recordingLog();
  const cluster = new Cluster(server.kubeconfig(), "drain");
  const connection = { cluster, namespace, uid: more.uid ?? FakeApiServer.uid };
  const options = {
    ...defaults,
    ...more,
    connection,
    kubeconfig: { content: server.kubeconfig() },
  };
  try {
    return await drain(options, { log, signal: more.signal ?? new AbortController().signal });
  } finally {
    lines.push(...written);
  }
}

export async function failed(server: FakeApiServer, more: Options): Promise<Failure> {
  try {
    await run(server, more);
  } catch (error) {
    assert.ok(error instanceof Failure, String(error));
    return error;
  }
  throw new Error("the drain passed");
}
