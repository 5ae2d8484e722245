import { normalize } from "node:path";

import { fluxNamespace, runtimeInfoName } from "../../names.ts";
import { isObject } from "../fields.ts";
import type { Manifest } from "./manifest.ts";

type Item = Readonly<Record<string, unknown>>;

/** Variables by name; undefined where a value is known only when the cluster is made. */
export type Variables = ReadonlyMap<string, string | undefined>;

/** Layer is a Kustomization of Flux. */
export interface Layer {
  /** `Kustomization/namespace/name`. */
  readonly id: string;
  /** The directory that it applies, from the root of the repository. */
  readonly path: string;
  /** Undefined: nothing is replaced, or nobody can tell here what all the variables are. */
  readonly variables: Variables | undefined;
  /** Whether it has what the program knows of the cluster. */
  readonly isInformed: boolean;
  /** What it changes of the manifests that it applies, as text. */
  readonly patches: string;
}

interface Scene {
  readonly runtimeInfo: Variables;
  /** What is at hand besides, where a layer may have its variables from. */
  readonly manifests: readonly Manifest[];
}

/** layerOf is the layer that a manifest asks for from the same repository; undefined for any other manifest. */
export function layerOf({ content = {} }: Manifest, scene: Scene): Layer | undefined {
  const { metadata, spec } = content;
  if (!isWholeLayer(content) || !isObject(metadata) || !isObject(spec)) return undefined;
  const { path = ".", patches = [], postBuild, sourceRef } = spec;
  if (!isSync(sourceRef) || typeof path !== "string") return undefined;
  const { name, namespace } = identityOf(metadata);
  const isInformed = namespace === fluxNamespace && referencesOf(postBuild).some(isRuntimeInfo);
  return {
    id: `Kustomization/${namespace}/${name}`,
    path: normalize(path),
    variables: variablesOf(postBuild, { ...scene, isInformed }),
    isInformed,
    patches: JSON.stringify(patches),
  };
}

/** Where a manifest names no namespace, kustomize or the root's own decides: for layers that is almost always this one. */
function identityOf({ name = "", namespace = fluxNamespace }: Item) {
  return { name: String(name), namespace: String(namespace) };
}

const group = "kustomize.toolkit.fluxcd.io/";

/** isWholeLayer tells whether it is a layer that names its source; a patch for one does not. */
export function isWholeLayer(content: Item): boolean {
  const { spec } = content;
  return isLayer(content) && isObject(spec) && isObject(spec["sourceRef"]);
}

/** isLayer tells a Kustomization of Flux from one of kustomize. */
export function isLayer({ apiVersion, kind }: Item): boolean {
  return kind === "Kustomization" && String(apiVersion).startsWith(group);
}

function isSync(sourceRef: unknown): boolean {
  if (!isObject(sourceRef)) return false;
  const { name, namespace = fluxNamespace } = sourceRef;
  return name === fluxNamespace && namespace === fluxNamespace;
}

function isRuntimeInfo({ kind, name }: Item): boolean {
  return kind === "ConfigMap" && name === runtimeInfoName;
}

/** Flux replaces nothing where there is no variable at all. */
function variablesOf(
  postBuild: unknown,
  { runtimeInfo, manifests, isInformed }: Scene & Pick<Layer, "isInformed">,
): Variables | undefined {
  if (!isObject(postBuild)) return undefined;
  const found = new Map<string, string | undefined>();
  for (const reference of referencesOf(postBuild)) {
    const given =
      isInformed && isRuntimeInfo(reference) ? runtimeInfo : keysOf(reference, manifests);
    if (given === undefined) return undefined;
    for (const [name, value] of given) found.set(name, value);
  }
  const { substitute } = postBuild;
  for (const [name, value] of Object.entries(isObject(substitute) ? substitute : {})) {
    found.set(name, String(value));
  }
  return found.size === 0 ? undefined : found;
}

/** The keys of a ConfigMap or Secret that is at hand. */
function keysOf({ kind, name }: Item, manifests: readonly Manifest[]): Variables | undefined {
  const contents = manifests.map(({ content = {} }) => content);
  const found = contents.filter(({ kind: own, metadata }) => {
    return own === kind && isObject(metadata) && metadata["name"] === name;
  });
  const data = found.flatMap((content) => [content["data"], content["stringData"]]);
  const keys = data.filter(isObject).flatMap((map) => Object.keys(map));
  return found.length === 0 ? undefined : new Map(keys.map((key) => [key, undefined]));
}

function referencesOf(postBuild: unknown): readonly Item[] {
  const references: unknown = isObject(postBuild) ? postBuild["substituteFrom"] : undefined;
  return Array.isArray(references) ? references.filter(isObject) : [];
}
