const step = /\.([A-Za-z_][\w-]*)|\[(\d+)\]|\["([^"]+)"\]/y;

/** fieldSteps takes a path such as `.metadata.labels["a.b/c"]` or `.items[0]` apart; undefined when it is none. */
export function fieldSteps(path: string): readonly string[] | undefined {
  const steps: string[] = [];
  step.lastIndex = 0;
  while (step.lastIndex < path.length) {
    const found = step.exec(path);
    if (found === null) return undefined;
    steps.push(found[1] ?? found[2] ?? found[3] ?? "");
  }
  return steps.length === 0 ? undefined : steps;
}

/** fieldOf is the value of the field, undefined when there is none. */
export function fieldOf(object: unknown, path: string): unknown {
  return (fieldSteps(path) ?? []).reduce<unknown>((value, key) => {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    return (value as Readonly<Record<string, unknown>>)[key];
  }, object);
}

/** textOf is a value as a person writes it into the configuration. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
