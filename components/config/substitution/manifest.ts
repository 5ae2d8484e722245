import { readFileSync } from "node:fs";
import { basename } from "node:path";

import { isObject } from "../fields.ts";
import { type Use, usesIn } from "./uses.ts";

/** A document of a file, or a file that is none of YAML. */
export interface Manifest {
  /** From the project's root. */
  readonly file: string;
  /** A list, as some patches are, is below `items`. Undefined for a file that is not YAML. */
  readonly content: Readonly<Record<string, unknown>> | undefined;
  /** The variables that it uses, with the number of the line. */
  readonly uses: readonly { readonly variable: string; readonly line: number }[];
}

/** The names by which kustomize knows what to build in a directory. */
export const kustomizeFiles = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/** What makes another file worth a look; parsing all of a large repository would take seconds. */
const worthALook = /\$\{|kustomize\.toolkit|postBuild|\b(ConfigMap|Secret)\b/;

/** The annotation or label by which a manifest is left as it is. */
export const substituteKey = "kustomize.toolkit.fluxcd.io/substitute";

/** manifestsIn reads the documents of a file. Comments do not count: kustomize drops them. */
export async function manifestsIn(file: string): Promise<readonly Manifest[]> {
  const text = readFileSync(file, "utf8");
  const isKustomize = kustomizeFiles.includes(basename(file));
  if (!isKustomize && !worthALook.test(text)) return [];
  const place = placer(text);
  if (!isKustomize && !/\.ya?ml$/.test(file)) {
    return [{ file, content: undefined, uses: usesIn(text).map(place) }];
  }
  const { isScalar, parseAllDocuments, visit } = await import("yaml");
  const documents = parseAllDocuments(text, { logLevel: "silent" });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document) => {
    // Flux says itself what it cannot read.
    if (document.errors.length > 0) return [];
    const value: unknown = document.toJS();
    const content = isObject(value) ? value : { items: value };
    const found: Use[] = [];
    visit(document, (_key, node) => {
      if (!isScalar(node) || !node.range) return;
      const [start, end] = node.range;
      const own = usesIn(text.slice(start, end));
      found.push(...own.map(({ variable, index }) => ({ variable, index: start + index })));
    });
    return [{ file, content, uses: isLeft(content) ? [] : found.map(place) }];
  });
}

function placer(text: string) {
  return ({ variable, index }: Use) => ({
    variable,
    line: text.slice(0, index).split("\n").length,
  });
}

function isLeft(content: Readonly<Record<string, unknown>>): boolean {
  const { metadata } = content;
  if (!isObject(metadata)) return false;
  const marks = [metadata["labels"], metadata["annotations"]];
  return marks.some((mark) => isObject(mark) && mark[substituteKey] === "disabled");
}
