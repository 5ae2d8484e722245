import assert from "node:assert/strict";

import { Cluster } from "../../../scripts/lib/cluster.ts";
import { Failure } from "../../../scripts/lib/failure.ts";
import { canaries } from "../../../scripts/lib/gate/canary.ts";
import { type GateResult, proveControllers } from "../../../scripts/lib/gate/gate.ts";
import { FakeApiServer } from "../../support/api-server.ts";
import { namespace, recordingLog } from "./flux.ts";

export const components = Object.keys(canaries);
export const canaryKinds = Object.values(canaries).flatMap((set) =>
  set.map(({ resource }) => resource),
);

/** Runs the gate against the fake API server. */
export async function prove(
  server: FakeApiServer,
  asked: readonly string[],
  more: { timeoutMilliseconds?: number; signal?: AbortSignal } = {},
): Promise<GateResult> {
  const { timeoutMilliseconds = 20_000, signal = new AbortController().signal } = more;
  const cluster = new Cluster(server.kubeconfig(), "gate");
  const options = { namespace, components: asked, timeoutMilliseconds };
  return proveControllers(cluster, options, { log: recordingLog().log, signal });
}

/** The failure of a gate that must not pass. */
export async function refused(server: FakeApiServer, asked: readonly string[]): Promise<Failure> {
  try {
    await prove(server, asked, { timeoutMilliseconds: 3_000 });
  } catch (error) {
    assert.ok(error instanceof Failure, String(error));
    return error;
  }
  throw new Error("the gate passed");
}

export function canariesLeft(server: FakeApiServer) {
  return canaryKinds.flatMap((kind) => server.all(kind));
}
