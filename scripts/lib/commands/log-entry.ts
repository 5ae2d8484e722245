import type { Cell } from "./outcome.ts";

/** Entry is one line of a controller's log. */
export interface Entry {
  /** Milliseconds since the epoch; undefined when neither the kubelet nor the line tells. */
  readonly at: number | undefined;
  /** `info`, `error`, …; undefined for what is no log entry, such as a line of a panic. */
  readonly level: string | undefined;
  readonly controller: string;
  /** `HelmRelease/shop/cart`; empty when the line is about none. */
  readonly object: string;
  readonly message: string;
}

const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) ?/;

/** The Kubernetes libraries inside of a controller log in a form of their own. */
const klogLevels: Readonly<Record<string, string>> = {
  I: "info",
  W: "warn",
  E: "error",
  F: "fatal",
};

interface Fields {
  readonly level?: unknown;
  readonly ts?: unknown;
  readonly msg?: unknown;
  readonly error?: unknown;
  readonly controllerKind?: unknown;
  readonly namespace?: unknown;
  readonly name?: unknown;
}

/** parseLine reads a line of a controller, with or without the time that the kubelet puts before it. */
export function parseLine(line: string): Omit<Entry, "controller"> {
  const [prefix = "", time = ""] = stamp.exec(line) ?? [];
  const text = line.slice(prefix.length);
  const written = timeOf(time);
  const fields = fieldsOf(text);
  if (fields === undefined) {
    const level = klogLevels[/^([IWEF])\d{4} /.exec(text)?.[1] ?? ""];
    return { at: written, level, object: "", message: text };
  }
  const { level, ts, msg, error } = fields;
  const parts = [textOf(msg), textOf(error)].filter((part) => part !== "");
  return {
    at: timeOf(ts) ?? written,
    level: typeof level === "string" ? level : "info",
    object: objectOf(fields),
    message: parts.join(": "),
  };
}

export function isError({ level }: Entry): boolean {
  return level === undefined || ["error", "fatal", "panic", "dpanic"].includes(level);
}

/** renderEntry is one line for a person. */
export function renderEntry(entry: Entry): Cell {
  const { at, level = "-", controller, object, message } = entry;
  const time = at === undefined ? "-".padEnd(24) : new Date(at).toISOString();
  const parts = [time, level.padEnd(5), controller, object, message];
  const text = parts.filter((part) => part !== "").join(" ");
  return isError(entry) ? { text, style: "red" } : text;
}

function fieldsOf(text: string): Fields | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    return JSON.parse(text) as Fields;
  } catch {
    return undefined;
  }
}

function objectOf({ controllerKind, namespace, name }: Fields): string {
  const parts = [controllerKind, namespace, name].map(textOf).filter((part) => part !== "");
  return textOf(name) === "" ? "" : parts.join("/");
}

function timeOf(time: unknown): number | undefined {
  const at = typeof time === "number" ? time * 1000 : Date.parse(textOf(time));
  return Number.isNaN(at) ? undefined : at;
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}
