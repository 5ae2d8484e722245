/** similar is the known word nearest to `word`, or undefined when none is near enough to be meant. */
export function similar(word: string, known: readonly string[]): string | undefined {
  const [nearest] = known
    .map((candidate) => ({ candidate, edits: edits(word.toLowerCase(), candidate.toLowerCase()) }))
    .toSorted((a, b) => a.edits - b.edits);
  const typos = word.length < 4 ? 1 : 2;
  return nearest !== undefined && nearest.edits <= typos ? nearest.candidate : undefined;
}

/** The number of letters to insert, remove or replace to get from one word to the other. */
function edits(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [row, letter] of Array.from(from).entries()) {
    const current = [row + 1];
    for (const [column, other] of Array.from(to).entries()) {
      const [insert = 0, remove = 0, replace = 0] = [
        current[column],
        previous[column + 1],
        previous[column],
      ];
      current.push(Math.min(insert + 1, remove + 1, replace + (letter === other ? 0 : 1)));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}
