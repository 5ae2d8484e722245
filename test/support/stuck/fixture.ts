import { writeFileSync } from "node:fs";

import { format } from "oxfmt";

import type { Snapshot } from "../../../scripts/lib/classify/snapshot.ts";
import type { KubernetesObject } from "../../../scripts/lib/object.ts";
import { type Key, keyOf } from "../../../scripts/lib/tree/owner.ts";
import { controllersFile, fileOf, type StateFixture } from "../../fixtures/states.ts";
import type { Places } from "./manifest.ts";
import { acting, namespaceOf, referenceOf, type Scenario } from "./scenario.ts";
import type { Reached } from "./stage.ts";
import { lean } from "./lean.ts";

const fluxNamespace = "flux-system";
/** What tells nothing of a state and differs from run to run. */
const leftOut = ["FluxReport"];

/** Whether the object is of the namespace, or the namespace itself. */
function belongs({ kind, metadata }: KubernetesObject, namespace: string): boolean {
  if (leftOut.includes(kind)) return false;
  return metadata.namespace === namespace || (kind === "Namespace" && metadata.name === namespace);
}

/** What there was of the scenario when its objects were in their states, out of what the whole cluster holds now. */
export function sceneOf({ scenario, objects, at }: Reached, snapshot: Snapshot): Snapshot {
  if (scenario.passing !== true) return snapshot;
  const then = snapshot.objects.map((object) => objects.get(keyOf(object)) ?? object);
  return { ...snapshot, at, objects: then };
}

/** The fixture of a scenario that was reached. */
export function fixtureOf(reached: Reached, snapshot: Snapshot, places: Places): StateFixture {
  const { scenario } = reached;
  const { name, controllers = false } = scenario;
  const { at, objects, answers } = sceneOf(reached, snapshot);
  // With a controller belongs all that keeps it busy.
  const own = objects.filter(
    (object) =>
      belongs(object, namespaceOf(scenario)) ||
      (controllers && (belongs(object, fluxNamespace) || acting(object))),
  );
  return {
    name,
    origin: "recorded",
    states: statesOf(scenario),
    at: new Date(at).toISOString(),
    answers: Object.fromEntries(answers),
    ...(controllers && { controllers }),
    objects: lean(own, places),
  };
}

/** The key and the state of each object that the scenario is about. */
export function statesOf(scenario: Scenario): StateFixture["states"] {
  const states = scenario.expect.map((one) => {
    const { resource, ...at } = referenceOf(one, namespaceOf(scenario));
    const { apiVersion, kind } = resource;
    const key: Key = keyOf({ apiVersion, kind, metadata: at });
    return [key, one.state] as const;
  });
  return Object.fromEntries(states);
}

export async function writeFixture(fixture: StateFixture): Promise<void> {
  await writeJson(fileOf(fixture.name), fixture);
}

/** Writes what a cluster whose controllers all work holds of Flux itself. */
export async function writeControllers(snapshot: Snapshot, places: Places): Promise<void> {
  const objects = snapshot.objects.filter((object) => belongs(object, fluxNamespace));
  await writeJson(controllersFile, lean(objects, places, "9000"));
}

async function writeJson(file: URL, value: unknown): Promise<void> {
  const { code } = await format(file.pathname, JSON.stringify(value), { printWidth: 100 });
  writeFileSync(file, code);
}
