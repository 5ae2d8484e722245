import { createRequire } from "node:module";
import type * as yaml from "yaml";

const load = createRequire(import.meta.url);

interface Named<Key extends string, Value> {
  readonly list: readonly ({ readonly name: string } & Readonly<Record<Key, Value>>)[];
}

/** The parts of a kubeconfig that this program reads by itself. */
export interface KubeconfigFile {
  readonly "current-context"?: string;
  readonly contexts?: Named<"context", ContextEntry>["list"];
  readonly clusters?: Named<"cluster", ClusterEntry>["list"];
  readonly users?: Named<"user", Readonly<Record<string, unknown>>>["list"];
}

interface ContextEntry {
  readonly cluster?: string;
  readonly user?: string;
}

interface ClusterEntry {
  readonly server?: string;
  readonly "certificate-authority-data"?: string;
  readonly "tls-server-name"?: string;
  readonly "insecure-skip-tls-verify"?: boolean;
  readonly "proxy-url"?: string;
}

/** One context of a kubeconfig with what it points at. */
export interface Connection {
  readonly cluster: ClusterEntry;
  readonly user: Readonly<Record<string, unknown>>;
}

/** parseKubeconfig is the file's content, or undefined when it is no kubeconfig. It quotes nothing. */
export function parseKubeconfig(content: string): KubeconfigFile | undefined {
  try {
    const file = parse(content);
    const known = typeof file === "object" && file !== null && "contexts" in file;
    return known && Array.isArray(file.contexts) ? (file as KubeconfigFile) : undefined;
  } catch {
    return undefined;
  }
}

/** Reads JSON, which is YAML too, without the library for YAML: loading it is a tenth of the program's start. */
function parse(content: string): unknown {
  if (content.startsWith("{")) {
    try {
      return JSON.parse(content) as unknown;
    } catch {
      // YAML may begin with a brace as well.
    }
  }
  const library = load("yaml") as typeof yaml;
  return library.parse(content) as unknown;
}

/** contextProblem is what `context` must be when the kubeconfig has no such context. */
export function contextProblem(content: string, context: string): string | undefined {
  const file = parseKubeconfig(content);
  if (file === undefined) return "unreadable";
  const known = (file.contexts ?? []).map(({ name }) => name);
  if (known.includes(context)) return undefined;
  return `be a context of the kubeconfig (${known.map((name) => `"${name}"`).join(", ")})`;
}

/** connectionOf resolves a context, the current one where none is named. */
export function connectionOf(content: string, context?: string): Connection | undefined {
  const file = parseKubeconfig(content);
  if (file === undefined) return undefined;
  const entry = named(file.contexts, context ?? file["current-context"])?.context;
  const cluster = named(file.clusters, entry?.cluster)?.cluster;
  if (cluster === undefined) return undefined;
  return { cluster, user: named(file.users, entry?.user)?.user ?? {} };
}

function named<T extends { readonly name: string }>(list: readonly T[] = [], name?: string) {
  return list.find((candidate) => candidate.name === name);
}
