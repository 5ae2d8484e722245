import { formatDuration } from "../log.ts";
import type { Key } from "../tree/owner.ts";

/** Longest text of a report, in characters. */
export const longestText = 4096;

/** Controls but tab and newline, and what turns the direction of text: a terminal or a page would obey them. */
const unprintable = /[^\P{Cc}\n\t]|\p{Bidi_Control}/gu;
/** What follows an escape character: a colour, a cursor movement, a title. */
const sequence = /^(?:\[[0-9;?]*[ -/]*[@-~]|\]\P{Cc}*)/u;

/** printable is the text without terminal sequences and control characters. */
export function printable(text: string): string {
  const [first = "", ...escaped] = text.split("\u001b");
  const plain = escaped.map((part) => part.replace(sequence, ""));
  return [first, ...plain].join("").replaceAll(unprintable, "");
}

/** oneLine is the text with every run of white space as one blank. */
export function oneLine(text: string): string {
  return printable(text.replaceAll(/\s+/g, " ")).trim();
}

/** cut keeps at most `most` characters, the last of them an ellipsis when some were left out. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${withoutHalf(text.slice(0, Math.max(0, most - 1)))}…`;
}

/** wrap breaks the text between words into at most `lines` lines of `width` characters, and cuts what is left. */
export function wrap(text: string, width: number, lines: number): string[] {
  const wrapped: string[] = [];
  let rest = text;
  while (rest.length > width && wrapped.length < lines - 1) {
    const blank = rest.lastIndexOf(" ", width);
    const end = blank > width / 2 ? blank : width;
    wrapped.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return [...wrapped, cut(rest, width)];
}

/** namesOf is as many of the names as fit into `room` characters, and how many more there are. */
export function namesOf(names: readonly string[], room: number): string {
  let count = names.length;
  const text = () => {
    const more = names.length - count;
    return `${names.slice(0, count).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  };
  while (count > 1 && text().length > room) count -= 1;
  return cut(text(), room);
}

/** Longest secret that is still found where a text was cut before it was redacted. */
const longestSecret = 16 * 1024;
const readFirst = longestSecret + 2 * longestText;

/**
 * redacted is the text without secrets and then cut to 4 KiB, saying how much was left out. The other order would leave
 * the first half of a secret, which nothing recognises; but a text of any length is not redacted whole either.
 */
export function redacted(text: string, redact: (text: string) => string): string {
  const whole = text.length <= readFirst;
  const head = redact(whole ? text : text.slice(0, readFirst));
  const safe = whole ? head : head.slice(0, Math.max(0, head.length - longestSecret));
  if (whole && safe.length <= longestText) return safe;
  const rest = (whole ? head.length : text.length) - Math.min(longestText, safe.length);
  return `${withoutHalf(safe.slice(0, longestText))}… (${rest} more characters)`;
}

/** redactedDocument is the document with every text in it redacted and cut. */
export function redactedDocument<T>(document: T, redact: (text: string) => string): T {
  const known = new Map<string, string>();
  const once = (text: string) => {
    const done = known.get(text) ?? redacted(text, redact);
    known.set(text, done);
    return done;
  };
  const visit = (value: unknown): unknown => {
    if (typeof value === "string") return once(value);
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, visit(item)]));
  };
  return visit(document) as T;
}

/** Without the first half of a character that needs two. */
function withoutHalf(text: string): string {
  return text.replace(/[\ud800-\udbff]$/, "");
}

/** nameOf is the key as a person writes it: `Kind/namespace/name`, or `Kind/name` for what is not namespaced. */
export function nameOf(key: Key): string {
  return key.replace("//", "/");
}

/** took is `2m05s` for seconds, `not yet` for what has not ended. */
export function took(seconds: number | undefined): string {
  return seconds === undefined ? "not yet" : formatDuration(seconds * 1000);
}

/** plural is `1 cause` or `3 causes`. */
export function plural(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : `${noun}s`}`;
}

/** timestamp is milliseconds since the epoch in ISO 8601; empty for what is no time. */
export function timestamp(at: number): string {
  return Number.isFinite(at) ? new Date(at).toISOString() : "";
}

/** moment is an ISO 8601 time as `2026-01-15 09:30:00 UTC`. */
export function moment(time: string): string {
  return time.replace("T", " ").replace(/(\.\d+)?Z$/, " UTC");
}

const plainWord = /^[\w.:/@=-]+$/;

/** shellWord is the text as one word of a shell command. */
export function shellWord(text: string): string {
  return plainWord.test(text) ? text : `'${oneLine(text).replaceAll("'", "'\\''")}'`;
}
