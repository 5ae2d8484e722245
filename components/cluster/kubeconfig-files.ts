import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, isAbsolute, join, resolve } from "node:path";

import { type KubeconfigFile, parseKubeconfig } from "./kubeconfig.ts";

/** Which files of this machine hold the context, and which context it is. */
export interface ContextSource {
  /** The path of one kubeconfig, `~` and relative to the project allowed. Undefined: those that kubectl reads. */
  readonly file: string | undefined;
  readonly context: string;
  readonly environment?: NodeJS.ProcessEnv;
}

export type ReadContext =
  | { readonly kubeconfig: string; readonly problem?: undefined }
  | { readonly problem: string };

type Fields = Readonly<Record<string, unknown>>;

interface Located {
  readonly path: string;
  readonly file: KubeconfigFile;
}

/**
 * readContext is a kubeconfig of nothing but that context, its cluster and its user, so that whatever else the files say
 * or come to say changes nothing; or the problem that keeps it from being one. Certificates and keys in files are read
 * into it. What has to be read again at each login stays a reference with an absolute path: the token file and the exec
 * plugin. The current context of the files counts for nothing.
 */
export function readContext({
  file,
  context,
  environment = process.env,
}: ContextSource): ReadContext {
  const paths = pathsOf(file, environment);
  const read = paths.map((path) => ({ path, content: contentOf(path) }));
  const there = read.filter(({ content }) => content !== undefined);
  if (there.length === 0) return { problem: missing(file, paths) };
  const files: Located[] = [];
  for (const { path, content = "" } of there) {
    const parsed = content.trim() === "" ? {} : parseKubeconfig(content);
    if (parsed === undefined) return { problem: unreadable(path) };
    files.push({ path, file: parsed });
  }
  return minified(files, context);
}

function pathsOf(file: string | undefined, environment: NodeJS.ProcessEnv): string[] {
  const home = environment["HOME"] ?? homedir();
  if (file !== undefined) return [resolve(file.replace(/^~(?=$|[/\\])/, home))];
  const listed = (environment["KUBECONFIG"] ?? "").split(delimiter).filter((path) => path !== "");
  return listed.length > 0 ? listed.map((path) => resolve(path)) : [join(home, ".kube", "config")];
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function missing(file: string | undefined, paths: readonly string[]): string {
  if (file !== undefined) {
    return (
      `cluster.kubeconfigFile must be a file that can be read, got "${file}". ` +
      "Run: pulumi config set --path cluster.kubeconfigFile FILE"
    );
  }
  return (
    `the machine must have a kubeconfig that can be read, got none at ${paths.join(", ")}. ` +
    "Name one in $KUBECONFIG, or run: pulumi config set --path cluster.kubeconfigFile FILE"
  );
}

function unreadable(path: string): string {
  return (
    `the kubeconfig ${path} must be one in YAML, got something else. ` +
    `Check it with: kubectl config view --kubeconfig ${path}`
  );
}

/** As for kubectl, the first file that has an entry of a name is the one that counts. */
function minified(files: readonly Located[], context: string): ReadContext {
  const contexts = files.flatMap(({ file }) => file.contexts ?? []);
  const entry = contexts.find(({ name }) => name === context)?.context;
  if (entry === undefined) return { problem: unknownContext(contexts, context) };
  const cluster = located(files, "clusters", entry.cluster);
  if (cluster === undefined) return { problem: dangling(context, "cluster", entry.cluster) };
  const user = located(files, "users", entry.user);
  if (user === undefined) return { problem: dangling(context, "user", entry.user) };
  try {
    const kubeconfig = JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: context, cluster: embedded(cluster) }],
      users: [{ name: context, user: withPlugin(embedded(user), user.path) }],
      contexts: [{ name: context, context: { cluster: context, user: context } }],
      "current-context": context,
    });
    return { kubeconfig };
  } catch (error) {
    const { path = "" } = error as NodeJS.ErrnoException;
    return {
      problem:
        `the context "${context}" must name files that can be read, got ${path}. ` +
        `See them with: kubectl config view --minify --context ${context}`,
    };
  }
}

interface Entry {
  readonly fields: Fields;
  /** The file that it stands in. */
  readonly path: string;
}

function located(
  files: readonly Located[],
  list: "clusters" | "users",
  wanted: string | undefined,
): Entry | undefined {
  const key = list === "clusters" ? "cluster" : "user";
  for (const { file, path } of files) {
    const found = (file[list] as readonly Fields[] | undefined)?.find(
      ({ name }) => name === wanted,
    );
    if (found !== undefined) return { fields: (found[key] ?? {}) as Fields, path };
  }
  return undefined;
}

const embeddable: readonly string[] = ["certificate-authority", "client-certificate", "client-key"];

/** The fields in the order of their names, with the content of files in place of their paths. */
function embedded({ fields, path }: Entry): Fields {
  const entries = Object.entries(fields).flatMap(([key, value]) => {
    if (key === "extensions" || value === null || value === "") return [];
    if (typeof value !== "string") return [[key, value] as const];
    if (key === "tokenFile") return [[key, absolute(value, path)] as const];
    if (!embeddable.includes(key)) return [[key, value] as const];
    // Where both are given, the data counts.
    if (typeof fields[`${key}-data`] === "string") return [];
    return [[`${key}-data`, readFileSync(absolute(value, path)).toString("base64")] as const];
  });
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** A plugin that is named with a path is found from wherever the program runs; a bare word is looked up on the PATH. */
function withPlugin(user: Fields, path: string): Fields {
  const { exec } = user as { readonly exec?: { readonly command?: unknown } };
  const command = exec?.command;
  if (typeof command !== "string" || !/[/\\]/.test(command)) return user;
  return { ...user, exec: { ...exec, command: absolute(command, path) } };
}

function absolute(named: string, path: string): string {
  return isAbsolute(named) ? named : join(dirname(path), named);
}

function unknownContext(contexts: readonly { readonly name: string }[], context: string): string {
  const known = contexts.map(({ name }) => `"${name}"`).join(", ");
  return (
    `cluster.context must be a context of the kubeconfig (${known === "" ? "none" : known}), got "${context}". ` +
    "See them with: kubectl config get-contexts"
  );
}

function dangling(context: string, what: "cluster" | "user", got = ""): string {
  return (
    `the context "${context}" must name a ${what} of the kubeconfig, got "${got}". ` +
    "Correct it with: kubectl config set-context"
  );
}

/** filesIn are the fields of a kubeconfig's context that name files which the content itself should hold. */
export function filesIn(content: string, context: string): string[] {
  const file = parseKubeconfig(content);
  const entry = file?.contexts?.find(({ name }) => name === context)?.context;
  const of = (list: "clusters" | "users", key: "cluster" | "user", wanted?: string) => {
    const named = (file?.[list] as readonly Fields[] | undefined)?.find(
      ({ name }) => name === wanted,
    );
    return (named?.[key] ?? {}) as Fields;
  };
  const fields = {
    ...of("clusters", "cluster", entry?.cluster),
    ...of("users", "user", entry?.user),
  };
  return embeddable.filter((key) => key in fields && !(`${key}-data` in fields));
}
