import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

import type { Reference } from "../../../scripts/lib/object.ts";
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
