/** The order in which people write verbs; others come after them. */
const verbOrder: readonly string[] = [
  "get",
  "list",
  "watch",
  "create",
  "update",
  "patch",
  "delete",
  "deletecollection",
];

/** inOrder is each word once, verbs from reading to deleting, all else by its letters. */
export function inOrder(words: readonly string[]): string[] {
  return [...new Set(words)].sort((a, b) => rank(a) - rank(b) || compareText(a, b));
}

function rank(word: string): number {
  const place = verbOrder.indexOf(word);
  return place === -1 ? verbOrder.length : place;
}

/** compareText orders by code points, on every machine alike. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** groupBy keeps the order of the groups' first members. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}
