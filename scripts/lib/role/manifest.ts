import { parseAllDocuments } from "yaml";

import type { GeneratedRole } from "./generate.ts";
import type { Rule } from "./rule.ts";

const rbac = "rbac.authorization.k8s.io";
const width = 100;

/** manifestOf is the roles as YAML that kubectl applies; `header` is its first lines, as comments. */
export function manifestOf(roles: readonly GeneratedRole[], header: readonly string[]): string {
  const documents = roles.flatMap(({ name, cluster, namespaced }) => [
    documentOf("ClusterRole", [`  name: ${name}`], cluster),
    ...Object.entries(namespaced).map(([namespace, rules]) =>
      documentOf("Role", [`  name: ${name}`, `  namespace: ${namespace}`], rules),
    ),
  ]);
  return [...header.map((line) => `# ${line}\n`), documents.join("---\n")].join("");
}

function documentOf(kind: string, metadata: readonly string[], rules: readonly Rule[]): string {
  const lines = [
    `apiVersion: ${rbac}/v1`,
    `kind: ${kind}`,
    "metadata:",
    ...metadata,
    rules.length === 0 ? "rules: []" : "rules:",
    ...rules.flatMap((rule, index) => [
      ...(reasonOf(rule) === reasonOf(rules[index - 1]) ? [] : [`  # ${reasonOf(rule)}`]),
      ...ruleLines(rule),
    ]),
  ];
  return `${lines.join("\n")}\n`;
}

/** One comment for all rules below it that have the same reason. */
function reasonOf(rule: Rule | undefined): string {
  if (rule === undefined) return "";
  return "why" in rule ? String(rule.why) : "seen in the audit log";
}

function ruleLines({ apiGroups, resources, resourceNames, verbs }: Rule): string[] {
  const [first = "", ...more] = [
    ...listLines("apiGroups", apiGroups),
    ...listLines("resources", resources),
    ...(resourceNames === undefined ? [] : listLines("resourceNames", resourceNames)),
    ...listLines("verbs", verbs),
  ];
  return [`  - ${first}`, ...more.map((line) => `    ${line}`)];
}

/** A list on one line where that is short enough. */
function listLines(key: string, words: readonly string[]): string[] {
  const quoted = words.map((word) => (/^[a-z]/.test(word) ? word : JSON.stringify(word)));
  const line = `${key}: [${quoted.join(", ")}]`;
  if (line.length <= width - "    ".length) return [line];
  return [`${key}:`, ...quoted.map((word) => `  - ${word}`)];
}

interface Document {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
  readonly rules?: readonly Rule[];
}

/** parseManifest reads what `manifestOf` wrote; comments are lost. */
export function parseManifest(text: string): GeneratedRole[] {
  const roles = new Map<string, GeneratedRole>();
  for (const document of parseAllDocuments(text)) {
    const {
      kind,
      metadata: { name = "", namespace = "" } = {},
      rules = [],
    } = document.toJS() as Document;
    const role = roles.get(name) ?? { name, cluster: [], namespaced: {} };
    const next =
      kind === "ClusterRole"
        ? { ...role, cluster: rules }
        : { ...role, namespaced: { ...role.namespaced, [namespace]: rules } };
    roles.set(name, next);
  }
  return [...roles.values()];
}
