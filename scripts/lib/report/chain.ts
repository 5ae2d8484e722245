import type { Key } from "../tree/owner.ts";
import { dependenciesOf, sourcesOf } from "../tree/references.ts";
import type { Node } from "../tree/tree.ts";

/** One link of the chain that decided when the bootstrap ended. Times are milliseconds since the epoch. */
export interface ChainLink {
  readonly key: Key;
  readonly from: number;
  /** Undefined for an object that is not Ready. */
  readonly to: number | undefined;
  /** What the link ends with: that it applied the next one, or was Ready. */
  readonly until: "applied" | "ready";
  /** What it waited for before `from`, such as `depends on Kustomization/flux-system/infrastructure`; empty for the first. */
  readonly why: string;
}

type Nodes = ReadonlyMap<Key, Node>;

interface Step {
  readonly node: Node;
  /** When it was done; undefined when it is not. */
  readonly until: number | undefined;
  /** Whether it was done by being Ready, not by having applied what the next link is. */
  readonly whole: boolean;
}

const longestChain = 60;
const second = 1000;

/**
 * chainOf walks back from the object that was Ready last, or from the one that all others wait for, always to what it
 * waited for longest: what it depends on, its source, what it applied and waited for, then what made it.
 */
export function chainOf(nodes: Nodes): ChainLink[] {
  const last = lastOf(nodes);
  const links: ChainLink[] = [];
  let step: Step | undefined =
    last === undefined ? undefined : { node: last, until: readyAt(last), whole: true };
  const visited = new Set<string>();
  while (step !== undefined && links.length < longestChain) {
    visited.add(`${step.node.key}@${step.whole}`);
    const before = beforeOf(step, nodes, visited);
    links.unshift(linkOf(step, before));
    step = before?.step;
  }
  // The times of a cluster are whole seconds: what took less is left out, but for the ends.
  const ends = [links.at(0), links.at(-1)];
  return links.filter(
    (link) =>
      link.from > 0 &&
      (ends.includes(link) || link.to === undefined || link.to - link.from >= second),
  );
}

interface Before {
  readonly step: Step;
  /** Why the later one waited: `depends on`, `reads`, `waits for` or `made by`. */
  readonly verb: string;
}

function linkOf({ node, until, whole }: Step, before: Before | undefined): ChainLink {
  const from = Math.max(before?.step.until ?? 0, createdAt(node));
  const name = before?.step.node.key.replace("//", "/") ?? "";
  const why = before === undefined ? "" : `${before.verb} ${name}`;
  const times = { from: Math.min(from, until ?? from), to: until };
  return { key: node.key, ...times, until: whole ? "ready" : "applied", why };
}

function beforeOf(step: Step, nodes: Nodes, visited: ReadonlySet<string>): Before | undefined {
  const { node, until = Number.POSITIVE_INFINITY } = step;
  const prerequisites = prerequisitesOf(node, step.whole)
    .flatMap(({ key, verb }) => {
      const found = nodes.get(key);
      const at = found === undefined ? undefined : readyAt(found);
      if (found === undefined || at === undefined || visited.has(`${key}@true`)) return [];
      return [{ step: { node: found, until: at, whole: true }, verb, at }];
    })
    .filter(({ at }) => at <= until && at > createdAt(node))
    .sort((a, b) => b.at - a.at);
  const [latest] = prerequisites;
  if (latest !== undefined) return latest;
  const maker = node.parent === undefined ? undefined : nodes.get(node.parent);
  if (maker === undefined || visited.has(`${maker.key}@false`)) return undefined;
  return { step: { node: maker, until: createdAt(node), whole: false }, verb: "made by" };
}

function prerequisitesOf({ object, children }: Node, whole: boolean) {
  const keyed = (verb: string) => (key: Key) => ({ key, verb });
  return [
    ...dependenciesOf(object).map(keyed("depends on")),
    ...sourcesOf(object).map(keyed("reads")),
    ...(whole ? children.map(keyed("waits for")) : []),
  ];
}

function lastOf(nodes: Nodes): Node | undefined {
  const all = [...nodes.values()].filter(({ health }) => health.state !== "suspended");
  const open = all.filter(({ health }) => health.state !== "ready");
  if (open.length === 0) {
    const done = all.filter((node) => readyAt(node) !== undefined);
    return done.sort((a, b) => (readyAt(b) ?? 0) - (readyAt(a) ?? 0) || compare(a, b))[0];
  }
  const waits = (node: Node) =>
    prerequisitesOf(node, true).filter(({ key }) => {
      const state = nodes.get(key)?.health.state;
      return state !== undefined && state !== "ready";
    }).length;
  return open.sort(
    (a, b) => waits(a) - waits(b) || createdAt(a) - createdAt(b) || compare(a, b),
  )[0];
}

function compare(a: Node, b: Node): number {
  return a.key < b.key ? -1 : 1;
}

function createdAt({ object }: Node): number {
  const time = Date.parse(object.metadata.creationTimestamp ?? "");
  return Number.isNaN(time) ? 0 : time;
}

/** Undefined when it is not Ready, or never says when it was. */
function readyAt(node: Node): number | undefined {
  const time = Date.parse(node.readyAt ?? "");
  return Number.isNaN(time) ? undefined : time;
}
