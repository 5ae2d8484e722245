/** Fields of something that may have any shape: a status is not always what its schema says. */
export type Fields = Readonly<Record<string, unknown>>;

/** The value's fields; none when it is no object. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

/** The objects in a list; none when it is no list. */
export function itemsOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}

/** The text; empty when it is none. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** Milliseconds since the epoch of a timestamp; undefined when it is none. */
export function timeOf(value: unknown): number | undefined {
  return numberOf(typeof value === "string" ? Date.parse(value) : undefined);
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
