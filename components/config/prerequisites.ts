import { createRequire } from "node:module";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import type * as yaml from "yaml";

import type { Fields, Rule } from "./fields.ts";
import { isObject } from "./fields.ts";
import { readItems } from "./items.ts";
import { duration, type Duration, name, pattern, text } from "./rules.ts";

/** PrerequisiteConfig says what is made, and Ready, before flux-operator. */
export interface PrerequisiteConfig {
  readonly name: string;
  readonly timeout: Duration;
  readonly objects: readonly Manifest[];
  /** Undefined: the objects are all. */
  readonly chart: PrerequisiteChart | undefined;
}

/** An object as it stands in a file. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

export interface PrerequisiteChart {
  /** An OCI address, a path, or the name of a chart of `repository`. */
  readonly chart: string;
  /** Undefined for a chart on disk. */
  readonly version: string | undefined;
  readonly repository: string | undefined;
  readonly namespace: string;
  readonly values: Readonly<Record<string, unknown>>;
}

const load = createRequire(import.meta.url);

/** Reads the prerequisites and the files that they name. */
export function readPrerequisites(root: Fields): readonly PrerequisiteConfig[] {
  const list = {
    key: "prerequisites",
    must: "be a list of prerequisites {name, manifests, chart, timeout}",
    one: "prerequisite",
  };
  return readItems(root, list, readOne);
}

function readOne(fields: Fields): PrerequisiteConfig {
  const prerequisite = {
    name: fields.required("name", name) ?? "",
    timeout: fields.value("timeout", duration, "10m"),
    objects: readObjects(fields),
    chart: fields.has("chart") ? readChart(fields) : undefined,
  };
  if (fields.has("chart")) {
    fields.absent("manifests", "when chart is set: a prerequisite is one of them");
  } else if (!fields.has("manifests")) {
    fields.note("manifests", "be set, or chart", "Name a file or a directory of manifests.");
  }
  fields.finish();
  return prerequisite;
}

const version = pattern(
  /^v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+\S+)?$/,
  "be an exact version",
  "1.0.0",
);

const repository = pattern(
  /^https?:\/\/[^\s@]+$/,
  "be the address of a chart repository (https://…)",
  "https://charts.example.com",
);

const values: Rule<Readonly<Record<string, unknown>>> = {
  must: "be a map of chart values",
  parse: (value) => (isObject(value) ? value : undefined),
};

function readChart(prerequisite: Fields): PrerequisiteChart {
  const fields = prerequisite.object("chart");
  const chart = fields.required("chart", { ...text, example: "oci://REGISTRY/CHART" }) ?? "";
  const isLocal = existsSync(chart);
  const read = {
    chart,
    version: isLocal ? undefined : fields.required("version", version),
    repository: fields.optional("repository", repository),
    namespace: fields.required("namespace", name) ?? "",
    values: fields.value("values", values, {}),
  };
  if (isLocal) fields.absent("version", "when chart is a path, which holds its version");
  fields.finish();
  return read;
}

function readObjects(fields: Fields): readonly Manifest[] {
  const path = fields.optional("manifests", text);
  if (path === undefined) return [];
  const files = filesAt(path);
  if (files.length === 0) {
    const fix = "Give the path from the project's root.";
    fields.note("manifests", "be a YAML file or a directory that holds some", fix);
  }
  return files.flatMap((file) => objectsOf(fields, file));
}

function filesAt(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path).filter((file) => /\.(ya?ml|json)$/.test(file));
  return names.toSorted().map((file) => join(path, file));
}

function objectsOf(fields: Fields, file: string): Manifest[] {
  const fix = "Correct the file.";
  const must = "hold Kubernetes objects with apiVersion, kind and metadata.name";
  try {
    const objects = documentsIn(file).flatMap(itemsOf);
    if (objects.every(isManifest)) return objects;
    fields.report({ what: file, must, got: "another document", fix });
  } catch {
    // The parser quotes the text that it could not parse, which may hold a credential.
    fields.report({ what: file, must: "be YAML", got: "something else", fix });
  }
  return [];
}

/** The items of a List; of an empty document nothing. */
function itemsOf(document: unknown): unknown[] {
  if (document === null || document === undefined) return [];
  if (!isObject(document) || !Array.isArray(document["items"])) return [document];
  return document["items"] as unknown[];
}

function isManifest(value: unknown): value is Manifest {
  if (!isObject(value)) return false;
  const { apiVersion, kind, metadata } = value;
  const named = isObject(metadata) && text.parse(metadata["name"]) !== undefined;
  return text.parse(apiVersion) !== undefined && text.parse(kind) !== undefined && named;
}

/** Loads the library for YAML only here: that is a tenth of the program's start. */
function documentsIn(file: string): unknown[] {
  const { parseAllDocuments } = load("yaml") as typeof yaml;
  return parseAllDocuments(readFileSync(file, "utf8")).map((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    return document.toJS() as unknown;
  });
}
