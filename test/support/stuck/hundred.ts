import { setTimeout as delay } from "node:timers/promises";

import { ApiError } from "../../../scripts/lib/api-server.ts";
import { pathOf } from "../../../scripts/lib/cluster.ts";
import { ConfigMap, HelmRelease, OCIRepository } from "../../../scripts/lib/kinds.ts";
import type { Reference } from "../../../scripts/lib/object.ts";
import { deafWebhook } from "./admission.ts";
import { chart, inNamespace, type Manifest, namespaceManifest, release } from "./manifest.ts";
import { failed, observed, ready, stalled, type Test } from "./scenario.ts";
import type { Stage } from "./stage.ts";

export const namespace = "hundred";

function names(kind: string, count: number): readonly string[] {
  const numbers = Array.from({ length: count }, (_, index) => String(index + 1).padStart(2, "0"));
  return numbers.map((number) => `${kind}-${number}`);
}

/** A hundred releases in one namespace: out of retries, suspended, without a source, and young. */
export const hundred = {
  broken: names("broken", 90),
  suspended: names("suspended", 3),
  sourceless: names("sourceless", 5),
  young: names("young", 2),
} as const;

const webhook = deafWebhook(namespace);

/** The releases' values: nothing has to get ready, so that the machine's speed counts little. */
const values = { deployment: false, note: true };
const sourceless = { chartRef: { kind: "OCIRepository", name: "gone" } };

/** The HelmRelease of that name. */
export function releaseAt(name: string): Reference {
  return { resource: HelmRelease, name, namespace };
}

async function apply(stage: Stage, manifests: readonly Manifest[]): Promise<void> {
  await stage.apply(manifests.map((one) => inNamespace(one, namespace)));
}

async function all(stage: Stage, some: readonly string[], test: Test): Promise<void> {
  await Promise.all(some.map((name) => stage.until(releaseAt(name), test)));
}

/** Brings all but the young ones into their states. The API server refuses what the ninety apply, because a webhook is not there. */
export async function breakReleases(stage: Stage): Promise<void> {
  await apply(stage, [namespaceManifest(namespace), webhook, chart(stage.ground.places)]);
  await stage.until({ resource: OCIRepository, name: "chart", namespace }, ready);
  await untilAccepted(stage, false);
  await apply(stage, [
    ...hundred.suspended.map((name) => release(name, { suspend: true })),
    ...hundred.sourceless.map((name) => release(name, sourceless)),
    ...hundred.broken.map((name) => release(name, { values })),
  ]);
  await Promise.all([
    all(stage, hundred.suspended, observed),
    all(stage, hundred.sourceless, failed("ArtifactFailed")),
    all(stage, hundred.broken, stalled("RetriesExceeded")),
  ]);
}

/** Removes what broke the ninety, and creates the young ones. */
export async function mend(stage: Stage): Promise<void> {
  await stage.cluster.delete({ resource: webhook.resource, name: namespace });
  await untilAccepted(stage, true);
  await apply(
    stage,
    hundred.young.map((name) => release(name, { values })),
  );
}

const tryMilliseconds = 250;
const triesMilliseconds = 30_000;

/** Resolves when the API server accepts a ConfigMap in the namespace, or refuses it: it takes a webhook up, and drops it, by and by. */
async function untilAccepted(stage: Stage, wanted: boolean): Promise<void> {
  const deadline = Date.now() + triesMilliseconds;
  while ((await isAccepted(stage)) !== wanted) {
    if (Date.now() > deadline) {
      const what = wanted ? "accept" : "refuse";
      throw new Error(`the API server must ${what} ConfigMaps in ${namespace} within 30s`);
    }
    await delay(tryMilliseconds);
  }
}

async function isAccepted({ cluster }: Stage): Promise<boolean> {
  const { apiVersion, kind } = ConfigMap;
  const body = { apiVersion, kind, metadata: { name: "trial", namespace } };
  const path = `${pathOf({ resource: ConfigMap, namespace })}?dryRun=All`;
  try {
    await cluster.api.json(path, { method: "POST", body });
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.message.includes("failed calling webhook")) return false;
    throw error;
  }
}
