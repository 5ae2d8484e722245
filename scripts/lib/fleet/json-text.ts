/** JsonText is what can be read from text that holds JSON objects one after another, the last of them perhaps cut. */
export interface JsonText {
  /** The objects that are whole. */
  readonly values: readonly unknown[];
  /** Undefined unless the text ends within an object. */
  readonly cut: CutObject | undefined;
  /** Objects with balanced brackets that are no JSON. */
  readonly broken: number;
}

/** CutObject is an object whose end is missing. */
export interface CutObject {
  /** The members of its own lists that are whole: the items of a Kubernetes list. */
  readonly items: readonly unknown[];
  /** Its text up to the first list in it. */
  readonly head: string;
  /** Characters after the last whole item. */
  readonly lost: number;
}

/** readJson reads every object of the text and skips what stands between them. */
export function readJson(text: string): JsonText {
  const whole = parse(text);
  if (whole !== undefined) return { values: [whole], cut: undefined, broken: 0 };
  const values: unknown[] = [];
  let broken = 0;
  let start = text.indexOf("{");
  while (start !== -1) {
    const end = endOf(text, start);
    if (end === undefined) return { values, cut: readCut(text, start), broken };
    const value = parse(text.slice(start, end));
    if (value === undefined) broken += 1;
    else values.push(value);
    start = text.indexOf("{", end);
  }
  return { values, cut: undefined, broken };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Right behind the bracket that closes what is opened at `start`; undefined when it is missing. */
function endOf(text: string, start: number): number | undefined {
  let depth = 0;
  for (const { at, bracket } of brackets(text, start)) {
    depth += isOpening(bracket) ? 1 : -1;
    if (depth === 0) return at + 1;
  }
  return undefined;
}

function readCut(text: string, start: number): CutObject {
  const items: unknown[] = [];
  const list = text.indexOf("[", start);
  const head = text.slice(start, list === -1 ? text.length : list);
  let read = start;
  let depth = 0;
  for (const { at, bracket } of brackets(text, start)) {
    if (at < read) continue;
    // The object is open, and a list directly in it.
    if (bracket === "{" && depth === 2) {
      const end = endOf(text, at);
      if (end === undefined) break;
      items.push(parse(text.slice(at, end)));
      read = end;
    } else {
      depth += isOpening(bracket) ? 1 : -1;
    }
  }
  return { items, head, lost: text.length - (items.length === 0 ? start : read) };
}

function isOpening(bracket: string): boolean {
  return bracket === "{" || bracket === "[";
}

/** The brackets from `start` on that stand in no string; ends where a string does not. */
function* brackets(text: string, start: number): Generator<{ at: number; bracket: string }> {
  const next = /["{}[\]]/g;
  next.lastIndex = start;
  for (let match = next.exec(text); match !== null; match = next.exec(text)) {
    const [bracket] = match;
    if (bracket === '"') {
      const end = endOfString(text, match.index);
      if (end === undefined) return;
      next.lastIndex = end;
    } else {
      yield { at: match.index, bracket };
    }
  }
}

function endOfString(text: string, start: number): number | undefined {
  let at = start;
  do {
    at = text.indexOf('"', at + 1);
    if (at === -1) return undefined;
  } while (isEscaped(text, at));
  return at + 1;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === "\\") backslashes += 1;
  return backslashes % 2 === 1;
}
