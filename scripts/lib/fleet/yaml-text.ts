import { type Document as LibraryDocument, parseAllDocuments } from "yaml";

/** YamlText is what can be read from YAML, the last document of it perhaps cut. */
export interface YamlText {
  readonly values: readonly unknown[];
  /** True when the text ends within a list of objects; its last item is left out. */
  readonly cut: boolean;
}

/** readYaml reads every document of the text. */
export function readYaml(text: string): YamlText {
  const documents = parse(text);
  const last = documents.at(-1);
  const values = documents.map(({ value }) => value);
  if (!isCutList(last)) return { values, cut: false };
  const { items, ...list } = last.value;
  return { values: [...values.slice(0, -1), { ...list, items: items.slice(0, -1) }], cut: true };
}

interface Document {
  readonly value: unknown;
  readonly broken: boolean;
}

function parse(text: string): Document[] {
  const documents = parseAllDocuments(text, { logLevel: "silent" });
  const together = documents.some(({ errors }) =>
    errors.some(({ code }) => code === "DUPLICATE_KEY"),
  );
  // Several outputs of kubectl written one behind the other: nothing separates them.
  const apart = together
    ? parseAllDocuments(text.replaceAll(/^apiVersion:/gm, "---\napiVersion:"), {
        logLevel: "silent",
      })
    : documents;
  return [...apart].map((document) => ({
    value: valueOf(document),
    broken: document.errors.length > 0,
  }));
}

/** Undefined for a document that refers to what is not in it. */
function valueOf(document: LibraryDocument): unknown {
  try {
    return document.toJS() as unknown;
  } catch {
    return undefined;
  }
}

interface CutList {
  readonly value: { readonly items: readonly unknown[] };
}

/** kubectl writes a list's kind behind its items, and block YAML that is cut can be valid all the same. */
function isCutList(document: Document | undefined): document is Document & CutList {
  const { items, kind } = (document?.value ?? {}) as { items?: unknown; kind?: unknown };
  return Array.isArray(items) && (kind === undefined || document?.broken === true);
}
