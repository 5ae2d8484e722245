import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";

import { isRunning, type ProcessRecord } from "../../../embedded/cluster/process.ts";
import type { Embedded } from "../embedded.ts";
import { census, leftByDestroy } from "./census.ts";
import { addressHolders, volumeDirectories } from "./cloud.ts";

/** The processes of pods that still run. */
export function podProcesses(embedded: Embedded): string[] {
  const file = embedded.path("pods", "processes.json");
  if (!existsSync(file)) return [];
  const records = JSON.parse(readFileSync(file, "utf8")) as ProcessRecord[];
  return records.filter(isRunning).map(({ name }) => name);
}

/** The resources that the stack still holds. */
export async function stateOf(embedded: Embedded): Promise<readonly unknown[]> {
  const { stdout } = await embedded.run(["pulumi", "stack", "export"]);
  const { deployment } = JSON.parse(stdout) as { deployment: { resources?: unknown[] } };
  return deployment.resources ?? [];
}

/** Nothing is left of a stack: no resource in its state, no object, address, volume or process. */
export async function assertNothingLeft(embedded: Embedded): Promise<void> {
  assert.deepEqual(await stateOf(embedded), []);
  assert.deepEqual(await census(embedded.cluster), leftByDestroy);
  assert.deepEqual(addressHolders(embedded), []);
  assert.deepEqual(volumeDirectories(embedded), []);
  assert.deepEqual(podProcesses(embedded), []);
}
