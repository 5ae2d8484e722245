import { existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, isAbsolute, join, resolve } from "node:path";

import { parse } from "yaml";

/** The kubeconfig that a command uses. */
export interface Kubeconfig {
  readonly file: string;
  /** Its content, the paths in it made absolute. */
  readonly content: string;
  readonly context: string;
  readonly server: string;
  /** Other files of $KUBECONFIG, which are not read. */
  readonly ignored: readonly string[];
}

interface Wanted {
  readonly file: string | undefined;
  readonly context: string | undefined;
  readonly variables: NodeJS.ProcessEnv;
}

interface Named {
  readonly name?: string;
  readonly context?: { readonly cluster?: string };
  readonly cluster?: Record<string, unknown>;
  readonly user?: Record<string, unknown> & { exec?: Record<string, unknown> };
}

interface Document {
  readonly "current-context"?: string;
  readonly contexts?: readonly Named[];
  readonly clusters?: readonly Named[];
  readonly users?: readonly Named[];
}

const fileFields = ["certificate-authority", "client-certificate", "client-key", "tokenFile"];

/**
 * readKubeconfig finds and reads the kubeconfig as kubectl would, except that of several files in $KUBECONFIG only the
 * first that exists is read. `problem` hears what is wrong; undefined then.
 */
export function readKubeconfig(
  wanted: Wanted,
  problem: (text: string) => void,
): Kubeconfig | undefined {
  const candidates = candidatesOf(wanted);
  const file = candidates.find((candidate) => existsSync(candidate));
  if (file === undefined) {
    problem(
      `the kubeconfig must exist, got ${candidates.join(", ")}. ` +
        "Name one with --kubeconfig FILE or in $KUBECONFIG.",
    );
    return undefined;
  }
  const document = readDocument(file);
  if (document === undefined) {
    problem(
      `the kubeconfig ${file} must be one that can be read, got something else. ` +
        `Check it with: kubectl config view --kubeconfig ${file}`,
    );
    return undefined;
  }
  const chosen = choose(document, { file, context: wanted.context }, problem);
  if (chosen === undefined) return undefined;
  const ignored = candidates.filter((other) => other !== file && existsSync(other));
  return { file, content: contentOf(document, file), ignored, ...chosen };
}

function candidatesOf({ file, variables }: Wanted): string[] {
  if (file !== undefined) return [resolve(file)];
  const listed = (variables["KUBECONFIG"] ?? "").split(delimiter).filter((path) => path !== "");
  if (listed.length > 0) return listed.map((path) => resolve(path));
  return [join(variables["HOME"] ?? variables["USERPROFILE"] ?? "", ".kube", "config")];
}

function readDocument(file: string): Document | undefined {
  try {
    const document = parse(readFileSync(file, "utf8")) as Document | null;
    const lists = [document?.contexts, document?.clusters, document?.users];
    return lists.every(Array.isArray) ? (document ?? undefined) : undefined;
  } catch {
    // A parser's message quotes the text that it could not parse, which holds the credentials.
    return undefined;
  }
}

function choose(
  document: Document,
  { file, context: wanted }: { file: string; context: string | undefined },
  problem: (text: string) => void,
): { context: string; server: string } | undefined {
  const { "current-context": current = "", contexts = [] } = document;
  const context = wanted ?? current;
  const entry = contexts.find(({ name }) => name === context);
  if (context === "" || entry === undefined) {
    problem(contextProblem(contexts, context, file));
    return undefined;
  }
  const cluster = entry.context?.cluster ?? "";
  const server = serverOf(document, cluster);
  if (server !== undefined) return { context, server };
  problem(
    `the context "${context}" of ${file} must name a cluster of that file, got "${cluster}". ` +
      "Choose another with --context.",
  );
  return undefined;
}

function contextProblem(contexts: readonly Named[], context: string, file: string): string {
  const known = contexts.map(({ name = "" }) => `"${name}"`).join(", ");
  const got = context === "" ? "none and no current context" : `"${context}"`;
  return (
    `--context must be one of ${known === "" ? "none" : known}, got ${got}. ` +
    `See them with: kubectl config get-contexts --kubeconfig ${file}`
  );
}

function serverOf({ clusters = [] }: Document, wanted: string): string | undefined {
  const server = clusters.find(({ name }) => name === wanted)?.cluster?.["server"];
  return typeof server === "string" ? server : undefined;
}

/** Relative paths in a kubeconfig count from its own directory; without the file they would mean nothing. */
function contentOf(document: Document, file: string): string {
  const directory = dirname(file);
  for (const { cluster = {} } of document.clusters ?? []) makeAbsolute(cluster, directory);
  for (const { user = {} } of document.users ?? []) {
    makeAbsolute(user, directory);
    // A bare word is looked up on the path.
    const { exec = {} } = user;
    if (/[/\\]/.test(String(exec["command"]))) makeAbsolute(exec, directory, ["command"]);
  }
  return JSON.stringify(document);
}

function makeAbsolute(
  fields: Record<string, unknown>,
  directory: string,
  names: readonly string[] = fileFields,
): void {
  for (const name of names) {
    const path = fields[name];
    if (typeof path === "string" && path !== "" && !isAbsolute(path)) {
      fields[name] = join(directory, path);
    }
  }
}
