import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parse, parseAllDocuments } from "yaml";
import { z } from "zod";

/** The directory that is the root of the served repository. */
export const fleet = fileURLToPath(new URL("../../../examples/fleet", import.meta.url));

export type Value = string | number | boolean | null | readonly Value[] | Fields;
export interface Fields {
  readonly [key: string]: Value | undefined;
}

const Manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});
export type Manifest = z.infer<typeof Manifest>;

/** filesOf lists all files of the fleet, as paths in it. */
export function filesOf(): readonly string[] {
  return readdirSync(fleet, { recursive: true, encoding: "utf8" })
    .filter((path) => statSync(join(fleet, path)).isFile())
    .sort();
}

/** textOf is the content of a file of the fleet. */
export function textOf(path: string): string {
  return readFileSync(join(fleet, path), "utf8");
}

/** documentsOf parses the documents of a YAML file, and throws for one that is not well-formed. */
export function documentsOf(path: string): readonly unknown[] {
  return parseAllDocuments(textOf(path)).map((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new Error(`${path}: ${error.message}`);
    return document.toJS() as unknown;
  });
}

const Patch = z.strictObject({
  path: z.string(),
  target: z.strictObject({ kind: z.string(), name: z.string().optional() }),
});
// Strict: what this small reader does not know must not pass unseen.
const KustomizationFile = z.strictObject({
  apiVersion: z.enum(["kustomize.config.k8s.io/v1beta1", "kustomize.config.k8s.io/v1alpha1"]),
  kind: z.enum(["Kustomization", "Component"]),
  namespace: z.string().optional(),
  resources: z.array(z.string()).default([]),
  components: z.array(z.string()).default([]),
  patches: z.array(Patch).default([]),
});
type Patch = z.infer<typeof Patch>;

/** render is what kustomize makes of a directory of the fleet: resources, then components, patches and namespace. */
export function render(directory: string): readonly Manifest[] {
  return renderOnto(directory, []);
}

function renderOnto(directory: string, given: readonly Manifest[]): readonly Manifest[] {
  const file = KustomizationFile.parse(parse(textOf(join(directory, "kustomization.yaml"))));
  const paths = file.resources.map((path) => join(directory, path));
  let manifests = [...given, ...paths.flatMap(renderResource)];
  for (const path of file.components) {
    manifests = [...renderOnto(join(directory, path), manifests)];
  }
  for (const patch of file.patches) {
    const [change] = documentsOf(join(directory, patch.path));
    manifests = manifests.map((manifest) => applyPatch(manifest, patch, change as Fields));
  }
  const { namespace } = file;
  return namespace === undefined ? manifests : manifests.map((one) => moveTo(one, namespace));
}

function renderResource(path: string): readonly Manifest[] {
  if (statSync(join(fleet, path)).isDirectory()) return renderOnto(path, []);
  return documentsOf(path).map((document) => Manifest.parse(document));
}

function applyPatch(manifest: Manifest, { target }: Patch, change: Fields): Manifest {
  const named = new RegExp(`^(${target.name ?? ".*"})$`).test(manifest.metadata.name);
  if (manifest.kind !== target.kind || !named) return manifest;
  const { metadata } = manifest;
  return { ...Manifest.parse(merge(manifest as unknown as Fields, change)), metadata };
}

function merge(base: Value | undefined, change: Value | undefined): Value | undefined {
  if (!isFields(change) || !isFields(base)) return change;
  const keys = new Set([...Object.keys(base), ...Object.keys(change)]);
  const merged = [...keys].map((key) => {
    return [key, key in change ? merge(base[key], change[key]) : base[key]] as const;
  });
  return Object.fromEntries(merged.filter(([, value]) => value !== null));
}

function isFields(value: Value | undefined): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function moveTo(manifest: Manifest, namespace: string): Manifest {
  if (manifest.kind === "Namespace") return manifest;
  return { ...manifest, metadata: { ...manifest.metadata, namespace } };
}

/** idOf is `Kind/namespace/name`. */
export function idOf({ kind, metadata }: Manifest): string {
  return [kind, metadata.namespace, metadata.name].filter((part) => part !== undefined).join("/");
}

/** pathIn is a path of a Flux Kustomization, such as `./apps/dev`, as a path in the fleet. */
export function pathIn(path: string): string {
  return relative(fleet, join(fleet, path));
}
