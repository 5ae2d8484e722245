import { existsSync } from "node:fs";
import { basename, normalize } from "node:path";

import { similar } from "../../../scripts/lib/similar.ts";
import { type Problem, setCommand } from "../problem.ts";
import { buildOf } from "./build.ts";
import { isLayer, isWholeLayer, type Layer, layerOf, type Variables } from "./layer.ts";
import { kustomizeFiles, type Manifest, substituteKey } from "./manifest.ts";

/** A directory that Flux applies; without a layer it is that of the sync, in which nothing is replaced. */
interface Step {
  readonly path: string;
  readonly layer?: Layer;
}

/**
 * unsetVariables are the variables that a layer of the repository uses and that have neither a value nor a default, where
 * the repository is at hand at `path`, below the project's root. Of a layer that has variables from elsewhere, or whose
 * settings a patch changes, nothing is said.
 */
export async function unsetVariables(
  path: string,
  runtimeInfo: Variables,
): Promise<readonly Problem[]> {
  const found: Problem[] = [];
  const all: Manifest[] = [];
  const steps: Step[] = [{ path: normalize(path) }];
  const done = new Set<string>();
  for (const { path: directory, layer } of steps) {
    const id = `${layer?.id ?? ""} ${directory}`;
    if (done.has(id) || directory.startsWith("..") || !existsSync(directory)) continue;
    done.add(id);
    const manifests = await buildOf(directory);
    all.push(...manifests);
    if (layer !== undefined) found.push(...unsetIn(manifests, layer));
    if (!isPatched(manifests, layer)) steps.push(...below({ manifests, layer, all, runtimeInfo }));
  }
  return found;
}

interface Built {
  readonly manifests: readonly Manifest[];
  readonly layer: Layer | undefined;
  readonly all: readonly Manifest[];
  readonly runtimeInfo: Variables;
}

/** The layers that a directory holds. */
function below({ manifests, layer, all, runtimeInfo }: Built): Step[] {
  return manifests.flatMap((manifest) => {
    const next = layerOf(manifest, { runtimeInfo, manifests: all });
    const path = next && replaced(next.path, layer?.variables);
    return next === undefined || path === undefined ? [] : [{ path, layer: next }];
  });
}

function unsetIn(manifests: readonly Manifest[], layer: Layer): Problem[] {
  const { id, variables, patches } = layer;
  if (variables === undefined || patches.includes(substituteKey)) return [];
  if (manifests.some((manifest) => changes(manifest, substituteKey))) return [];
  return manifests.flatMap(({ file, uses }) =>
    uses
      .filter(({ variable }) => !variables.has(variable))
      .map(({ variable, line }) => ({
        what: `${file}:${line}`,
        must: `use variables that have a value in ${id} or a default`,
        got: `\${${variable}}`,
        fix: fixOf(variable, layer, [...variables.keys()]),
      })),
  );
}

function fixOf(variable: string, { id, isInformed }: Layer, known: readonly string[]): string {
  const meant = similar(variable, known);
  if (meant !== undefined) return `Did you mean \${${meant}}?`;
  if (isInformed) return setCommand(`runtimeInfo.${variable}`, "VALUE");
  return `Give it one in spec.postBuild of ${id}.`;
}

/** Whether a patch changes what layers replace: what stands in their manifests is then not all. */
function isPatched(manifests: readonly Manifest[], layer: Layer | undefined): boolean {
  const word = "postBuild";
  if (layer?.patches.includes(word) === true) return true;
  return manifests.some((manifest) => changes(manifest, word));
}

/** Whether a kustomize file or a patch speaks of it. */
function changes({ file, content = {} }: Manifest, word: string): boolean {
  const isKustomize = kustomizeFiles.includes(basename(file));
  const isPatch = "items" in content || (isLayer(content) && !isWholeLayer(content));
  return (isKustomize || isPatch) && JSON.stringify(content).includes(word);
}

/** A path with its variables replaced; undefined where a value is not known before the cluster is there. */
function replaced(path: string, variables: Variables | undefined): string | undefined {
  const text = path.replaceAll(
    /\$\{([A-Za-z_]\w*)\}/g,
    (use, name: string) => variables?.get(name) ?? use,
  );
  return text.includes("${") ? undefined : text;
}
