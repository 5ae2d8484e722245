/** Edges gives what a node points to; nodes that the graph does not hold are ignored. */
export type Edges = (node: string) => readonly string[];

/**
 * components groups the nodes so that those which reach each other are together, each group after all that it points to.
 * A node that is on no circle is a group of its own.
 */
export function components(nodes: readonly string[], edges: Edges): string[][] {
  const known = new Set(nodes);
  const reversed = new Map<string, string[]>(nodes.map((node) => [node, []]));
  for (const node of nodes) {
    for (const next of edges(node)) reversed.get(next)?.push(node);
  }
  const within = (node: string) => edges(node).filter((next) => known.has(next));
  const finished = postOrder(nodes, within, new Set());
  // Walking the reversed graph from what finished last gives the groups that nothing else points to first.
  const visited = new Set<string>();
  const groups = finished
    .reverse()
    .map((node) => postOrder([node], (at) => reversed.get(at) ?? [], visited))
    .filter((group) => group.length > 0);
  return groups.reverse();
}

/** Without recursion: a chain of dependencies can be longer than the stack. */
function postOrder(starts: readonly string[], edges: Edges, visited: Set<string>): string[] {
  const order: string[] = [];
  for (const start of starts) {
    if (visited.has(start)) continue;
    visited.add(start);
    const stack = [{ node: start, next: edges(start).values() }];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const { done, value } = top.next.next();
      if (done === true) {
        order.push(top.node);
        stack.pop();
      } else if (!visited.has(value)) {
        visited.add(value);
        stack.push({ node: value, next: edges(value).values() });
      }
    }
  }
  return order;
}
