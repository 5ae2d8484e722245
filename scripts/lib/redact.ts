import { parse } from "yaml";

import type { Log } from "./log.ts";

const mark = "[redacted]";

/**
 * Shapes that are secret wherever they stand, each with what replaces it. What may begin at any character is bounded: a
 * text of 100 KiB would take a minute otherwise.
 */
const shapes: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [^-]*PRIVATE KEY-----[\s\S]*?(?:-----END [^-]*PRIVATE KEY-----|$)/g, mark],
  [/AGE-SECRET-KEY-[A-Z0-9-]+/g, mark],
  [/\beyJ[\w-]{1,1024}\.[\w-]+\.[\w-]*/g, mark],
  [/\b(?:gh[pousr]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|AKIA[0-9A-Z]{16})/g, mark],
  [/\b(bearer|basic)\s+(?=[\w.~+/-]*[\d=])[\w.~+/=-]{8,}/gi, `$1 ${mark}`],
  // The user of an SSH address, who has no password there, is no secret.
  [/([a-z][a-z0-9+.-]{0,30}:\/\/)(?!(?<=\bssh:\/\/)[\w.-]+@)[^/\s@"']+@/gi, `$1${mark}@`],
  [
    /\b(password|passwd|passphrase|token|secret|api[-_]?key|access[-_]?key)(["'\\]*\s*[:=]\s*["'\\]*)[^\s"'\\,;&]+/gi,
    `$1$2${mark}`,
  ],
];

const secretField = /token|password|secret|client-key-data|key$/i;
const shortestSecret = 4;

/** Redactor removes known secret values, and what looks like one, from everything that a script prints. */
export class Redactor {
  readonly #values = new Set<string>();

  add(...values: readonly string[]): void {
    for (const value of values) {
      if (value.length >= shortestSecret) this.#values.add(value);
    }
  }

  text(text: string): string {
    let redacted = text;
    for (const value of this.#values) redacted = redacted.replaceAll(value, mark);
    for (const [shape, replacement] of shapes) redacted = redacted.replace(shape, replacement);
    return redacted;
  }

  /** The same document with every string in it redacted. */
  document<T>(document: T): T {
    const visit = (value: unknown): unknown => {
      if (typeof value === "string") return this.text(value);
      if (Array.isArray(value)) return value.map(visit);
      if (typeof value !== "object" || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, visit(item)]));
    };
    return visit(document) as T;
  }
}

/** redactedLog redacts whole texts, so that a secret of several lines is seen as one. */
export function redactedLog(log: Log, redactor: Redactor): Log {
  const write = (method: keyof Log) => (text: string) => {
    log[method](redactor.text(text));
  };
  return {
    start: write("start"),
    wait: write("wait"),
    done: write("done"),
    fail: write("fail"),
    line: write("line"),
  };
}

interface User {
  readonly user?: Readonly<Record<string, unknown>> & {
    readonly exec?: { readonly env?: readonly { readonly name: string; readonly value: string }[] };
    readonly "auth-provider"?: { readonly config?: Readonly<Record<string, unknown>> };
  };
}

/** secretsOfKubeconfig lists the credentials in a kubeconfig; empty when it cannot be read as one. */
export function secretsOfKubeconfig(content: string): string[] {
  let users: readonly User[];
  try {
    users = (parse(content) as { users?: readonly User[] } | null)?.users ?? [];
  } catch {
    return [];
  }
  return users.flatMap(({ user }) => [
    ...secretFields(user ?? {}),
    ...secretFields(user?.["auth-provider"]?.config ?? {}),
    ...secretFields(
      Object.fromEntries((user?.exec?.env ?? []).map(({ name, value }) => [name, value])),
    ),
  ]);
}

function secretFields(fields: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(fields)
    .filter(([name]) => secretField.test(name))
    .map(([, value]) => value)
    .filter((value) => typeof value === "string");
}
