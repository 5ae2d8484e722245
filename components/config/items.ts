import { Fields, isObject, type Rule } from "./fields.ts";
import { removeCommand } from "./problem.ts";

type Item = Readonly<Record<string, unknown>>;

/** Items with a name each. */
function items(must: string): Rule<readonly Item[]> {
  return {
    must,
    parse: (value) => (Array.isArray(value) && value.every(isObject) ? value : undefined),
  };
}

/** Reads a list of objects one by one, none where nothing is configured; no two may have one name. */
export function readItems<T extends { readonly name: string }>(
  fields: Fields,
  list: { readonly key: string; readonly must: string; readonly one: string },
  read: (item: Fields) => T,
): T[] {
  const { problems, hides } = fields.place;
  const seen = new Set<string>();
  return fields.value(list.key, items(list.must), []).map((item, index) => {
    const path = `${fields.path(list.key)}[${index}]`;
    const own = new Fields(item, { path, problems, hides: () => hides(list.key) });
    const parsed = read(own);
    own.finish();
    if (parsed.name !== "" && seen.has(parsed.name)) {
      own.note("name", `be a name that no other ${list.one} has`, removeCommand(path));
    }
    seen.add(parsed.name);
    return parsed;
  });
}
