/** Fields is what is known of a value from outside before anybody looked at it. */
export type Fields = Readonly<Record<string, unknown>>;

/** fieldsOf is the value when it is an object, else one without fields: a status may be null, or a string. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : {};
}

/** read follows the path as far as there are objects. */
export function read(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce((current, name) => fieldsOf(current)[name], value);
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** textOf is the value when it is a string, else an empty one. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** timeOf is a timestamp of the API in milliseconds since the epoch; undefined when it is none. */
export function timeOf(value: unknown): number | undefined {
  return numberOf(Date.parse(textOf(value)));
}

const longestLine = 400;

/** oneLine is the text without line breaks, cut to what a person reads. */
export function oneLine(text: string, most = longestLine): string {
  // A message can be as long as an object may be: what is cut off needs no cleaning.
  const line = text
    .slice(0, most * 4)
    .replaceAll(/\s+/g, " ")
    .trim();
  return line.length > most || text.length > most * 4 ? `${line.slice(0, most - 1)}…` : line;
}
