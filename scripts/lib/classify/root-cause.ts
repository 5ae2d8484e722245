import { type Key } from "../tree/owner.ts";
import { blockersOf, unseenIn } from "./blockers.ts";
import { components } from "./graph.ts";
import { dependenciesOf } from "./references.ts";
import type { Scene } from "./scene.ts";
import type { Verdict } from "./verdict.ts";

/**
 * nameCycles gives every object that depends on itself, by way of others, the state `cycle`: none of them ever becomes
 * ready, and each looks as if it waited for another.
 */
export function nameCycles(verdicts: Map<Key, Verdict>): void {
  const waiting = [...verdicts.values()].filter(
    ({ standing }) =>
      standing !== "ready" && standing !== "suspended" && standing !== "terminating",
  );
  const edges = new Map(waiting.map(({ key, object }) => [key, dependenciesOf(object)]));
  const edgesOf = (key: Key) => edges.get(key) ?? [];
  for (const group of components([...edges.keys()], edgesOf)) {
    const [first = ""] = group;
    if (group.length === 1 && !edgesOf(first).includes(first)) continue;
    const path = circle(group, edgesOf);
    for (const key of group) {
      const verdict = verdicts.get(key);
      if (verdict !== undefined) verdicts.set(key, inCycle(verdict, path));
    }
  }
}

/** One way round, from its first member in alphabetical order, so that every member tells the same. */
function circle(group: readonly Key[], edges: (key: Key) => readonly Key[]): Key[] {
  const members = new Set(group);
  const start = [...group].sort()[0] ?? "";
  const path: Key[] = [];
  let current: Key | undefined = start;
  while (current !== undefined && !path.includes(current)) {
    path.push(current);
    current = edges(current).find((next) => members.has(next));
  }
  return [...path.slice(path.indexOf(current ?? start)), current ?? start];
}

function inCycle(verdict: Verdict, path: readonly Key[]): Verdict {
  return {
    ...verdict,
    state: "cycle",
    standing: "stuck",
    action: "fix",
    nextRetry: "never",
    text: `depends on itself: ${path.join(" → ")}`,
    evidence: [{ field: "spec.dependsOn", value: path.join(" → ") }, ...verdict.evidence],
  };
}

/**
 * findRoots walks from everything that is not ready down to what is to blame for it, and writes that into `because`. An
 * object is blamed only when nothing below it is not ready. What is missing is a root, too, unless its maker is known.
 */
export function findRoots(verdicts: Map<Key, Verdict>, scene: Scene): void {
  const edges = new Map<Key, readonly Key[]>();
  for (const verdict of [...verdicts.values()]) edges.set(verdict.key, blockersOf(verdict, scene));
  for (const { key, maker } of scene.missing.values()) {
    edges.set(key, maker === undefined ? [] : [maker]);
  }
  for (const key of verdicts.keys()) if (!edges.has(key)) edges.set(key, []);
  const roots = rootsOf(edges);
  for (const [key, verdict] of verdicts) {
    const because = [...(roots.get(key) ?? [])].filter((root) => root !== key);
    verdicts.set(key, withBecause(verdict, because, scene));
  }
}

/** The groups come leaves first: the roots of what a group points to are known when its turn comes. */
function rootsOf(edges: ReadonlyMap<Key, readonly Key[]>): Map<Key, ReadonlySet<Key>> {
  const roots = new Map<Key, ReadonlySet<Key>>();
  for (const group of components([...edges.keys()], (key) => edges.get(key) ?? [])) {
    const members = new Set(group);
    const below = group.flatMap((key) =>
      (edges.get(key) ?? []).filter((next) => !members.has(next)),
    );
    const found = new Set(below.flatMap((key) => [...(roots.get(key) ?? [])]));
    // What waits for itself in a circle without a way out is to blame, all of it.
    for (const key of group) roots.set(key, found.size > 0 ? found : new Set([key]));
  }
  return roots;
}

/** A Kustomization is asked again only when all that its health check named can be seen, and is healthy now. */
function withBecause(verdict: Verdict, because: readonly Key[], scene: Scene): Verdict {
  const isUncertain =
    verdict.state === "K8" && because.length === 0 && unseenIn(verdict, scene).length > 0;
  return { ...verdict, because, ...(isUncertain && { action: "wait" as const }) };
}
