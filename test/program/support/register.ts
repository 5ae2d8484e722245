import { parentPort, workerData } from "node:worker_threads";

import { AwsCli } from "../../support/aws-cli.ts";
import { Kubelogin } from "../../support/kubelogin.ts";
import { MockEngine } from "../../support/mocks.ts";
import type { Values } from "../../support/settings.ts";
import { type Registration, registrationOf } from "./effects.ts";
import type { Asked, Cloud } from "./registrations.ts";

// A thread that answers with what a cluster registers, for each set of values that it is given.

/** Makes a cluster of these values. */
type Make = (values: Values) => Promise<unknown>;

/** The first loads no more than its own cloud's SDK. */
async function makerOf(cloud: Cloud): Promise<Make> {
  if (cloud === "aks") {
    const { aksSource } = await import("../../../components/cluster/aks/source.ts");
    const { readAks } = await import("../../support/aks.ts");
    return async (values) =>
      aksSource({ kind: "aks", name: "staging", aks: await readAks(values) }, { protect: false });
  }
  const { eksSource } = await import("../../../components/cluster/eks/source.ts");
  const { readEks } = await import("../../support/eks.ts");
  return async (values) =>
    eksSource({ kind: "eks", name: "prod", eks: await readEks(values) }, { protect: false });
}

async function register(make: Make, values: Values): Promise<Registration> {
  const engine = new MockEngine();
  await engine.start();
  await make(values);
  await engine.idle(50);
  return registrationOf(engine);
}

// The SDK records the stack of every promise, which is most of the time of a run.
Error.stackTraceLimit = 0;
const { cloud, variants } = workerData as Asked;
const tool = cloud === "aks" ? new Kubelogin() : new AwsCli();
try {
  const make = await makerOf(cloud);
  const found: Registration[] = [];
  // One after the other: there is one engine.
  for (const values of variants) found.push(await register(make, values));
  parentPort?.postMessage(found);
} finally {
  tool.remove();
}
