import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { ApiError } from "../../../scripts/lib/api-server.ts";
import { pathOf } from "../../../scripts/lib/listing.ts";
import { displayName, type Reference } from "../../../scripts/lib/object.ts";
import type { Stage } from "./stage.ts";

type Act = (stage: Stage, at: Reference) => Promise<unknown>;

/** Changes the object itself, as a person would. */
export function patch(change: object): Act {
  return (stage, at) => stage.cluster.patch(at, change, "person");
}

export const remove: Act = (stage, at) => stage.cluster.delete(at);

/** What source-controller keeps of this source, below the directory of its kind. */
function storageOf(stage: Stage, { resource, namespace = "", name }: Reference): string {
  return stage.ground.storage(resource.kind.toLowerCase(), namespace, name);
}

/** Loses the artifact of the source, as a storage that does not outlive its pod does. */
export const dropArtifact: Act = (stage, at) =>
  rm(storageOf(stage, at), { recursive: true, force: true });

/** Leaves a file where the storage needs a directory, then lets the suspended source go. */
export const obstructStorage: Act = async (stage, at) => {
  const directory = dirname(storageOf(stage, at));
  await mkdir(dirname(directory), { recursive: true });
  await writeFile(directory, "");
  await patch({ spec: { suspend: false } })(stage, at);
};

const tryMilliseconds = 250;
const triesMilliseconds = 30_000;

/** Resolves when the API server refuses to delete the object: it takes a policy up by and by. */
export async function untilUndeletable({ cluster }: Stage, at: Reference): Promise<void> {
  const body = { apiVersion: "v1", kind: "DeleteOptions", dryRun: ["All"] };
  const deadline = Date.now() + triesMilliseconds;
  while (Date.now() < deadline) {
    try {
      await cluster.api.json(pathOf(at), { method: "DELETE", body });
    } catch (error) {
      if (error instanceof ApiError && error.code !== 404) return;
    }
    await delay(tryMilliseconds);
  }
  throw new Error(`the API server must refuse to delete ${displayName(at)} within 30s`);
}
