import { components } from "../../classify/graph.ts";
import type { Key } from "../../tree/owner.ts";
import type { After } from "./drain-plan.ts";

/** One node goes before another. */
export interface Edge {
  readonly first: Key;
  readonly then: Key;
  readonly because: After["because"];
}

/**
 * OrderGraph says who goes before whom, and never holds a circle: nodes that explicit edges tie into one go together, and
 * an implied edge that would close one is left out.
 */
export class OrderGraph {
  /** Nodes that explicit edges tie into a circle. */
  readonly cycles: (readonly Key[])[] = [];
  readonly #keys: readonly Key[];
  /** The group of a node, by a member's key. */
  readonly #groups: Map<Key, Key>;
  readonly #members = new Map<Key, Key[]>();
  /** Group -> the groups that go after it. */
  readonly #followers = new Map<Key, Set<Key>>();
  readonly #edges: Edge[] = [];

  /** `applied` ties what was applied to what applied it, `dependent` is what the objects themselves ask for. */
  constructor(keys: readonly Key[], applied: readonly Edge[], dependent: readonly Edge[]) {
    this.#keys = keys;
    this.#groups = new Map(keys.map((key) => [key, key]));
    this.#condense(applied);
    const kept = this.#untangle(applied, dependent);
    for (const key of keys) {
      const group = this.groupOf(key);
      this.#members.set(group, [...(this.#members.get(group) ?? []), key]);
    }
    for (const edge of [...applied, ...kept]) this.#add(edge);
  }

  groupOf(key: Key): Key {
    return this.#groups.get(key) ?? key;
  }

  /** Whether the edge is part of a circle of explicit edges. */
  isCircular({ first, then }: Edge): boolean {
    return this.cycles.some((keys) => keys.includes(first) && keys.includes(then));
  }

  /** Adds the edge unless it would close a circle. */
  imply(edge: Edge): void {
    const [first, then] = [this.groupOf(edge.first), this.groupOf(edge.then)];
    if (first === then || this.#followers.get(first)?.has(then) === true) return;
    if (!this.#reachedFrom(then).has(first)) this.#add(edge);
  }

  /** Puts the node after all of `others` that do not have to go after it. */
  implyLast(then: Key, others: readonly Key[], because: After["because"]): void {
    const group = this.groupOf(then);
    const later = this.#reachedFrom(group);
    const earlier = new Set(
      others.map((key) => this.groupOf(key)).filter((one) => !later.has(one)),
    );
    // Of those that follow each other the last is enough.
    for (const one of earlier) {
      const after = this.#reachedWithin(one, earlier);
      if (!after) this.#add({ first: one, then, because });
    }
  }

  /** What goes before each node, and in which stage it goes. */
  order(): Map<Key, { readonly after: After[]; readonly stage: number }> {
    const after = new Map<Key, Map<Key, After>>();
    for (const { first, then, because } of this.#edges) {
      const group = this.groupOf(then);
      if (this.groupOf(first) === group) continue;
      const known = after.get(group) ?? new Map<Key, After>();
      if (!known.has(first)) known.set(first, { key: first, because });
      after.set(group, known);
    }
    const stages = this.#stages();
    return new Map(
      this.#keys.map((key) => {
        const group = this.groupOf(key);
        const before = [...(after.get(group)?.values() ?? [])];
        return [key, { after: before, stage: stages.get(group) ?? 0 }];
      }),
    );
  }

  /** Makes one group of every circle of the edges. */
  #condense(edges: readonly Edge[]): void {
    for (const circle of this.#circles(edges)) this.#merge(circle);
  }

  /** The edges of `dependent` that can hold. Those of a circle that runs over what was applied cannot: it goes first. */
  #untangle(applied: readonly Edge[], dependent: readonly Edge[]): readonly Edge[] {
    let kept = dependent;
    for (const circle of this.#circles([...applied, ...dependent])) {
      const within = new Set(circle);
      const isWithin = ({ first, then }: Edge) =>
        within.has(this.groupOf(first)) && within.has(this.groupOf(then));
      const isTied = applied.some(
        (edge) => isWithin(edge) && this.groupOf(edge.first) !== this.groupOf(edge.then),
      );
      if (isTied) {
        this.cycles.push(this.#membersOf(circle));
        kept = kept.filter((edge) => !isWithin(edge));
      } else this.#merge(circle);
    }
    return kept;
  }

  #circles(edges: readonly Edge[]): string[][] {
    const followers = new Map<Key, Key[]>();
    for (const { first, then } of edges) {
      const [from, to] = [this.groupOf(first), this.groupOf(then)];
      followers.set(from, [...(followers.get(from) ?? []), to]);
    }
    const groups = [...new Set(this.#groups.values())];
    return components(groups, (group) => followers.get(group) ?? []).filter(
      (circle) => circle.length > 1,
    );
  }

  #merge(circle: readonly Key[]): void {
    const keys = this.#membersOf(circle);
    this.cycles.push(keys);
    const [name = ""] = keys;
    for (const key of keys) this.#groups.set(key, name);
  }

  #membersOf(groups: readonly Key[]): Key[] {
    return this.#keys.filter((key) => groups.includes(this.groupOf(key))).toSorted();
  }

  #add(edge: Edge): void {
    this.#edges.push(edge);
    const [first, then] = [this.groupOf(edge.first), this.groupOf(edge.then)];
    if (first === then) return;
    const followers = this.#followers.get(first);
    if (followers === undefined) this.#followers.set(first, new Set([then]));
    else followers.add(then);
  }

  /** The group and all that has to go after it. */
  #reachedFrom(group: Key): ReadonlySet<Key> {
    const reached = new Set([group]);
    for (const one of reached) {
      for (const follower of this.#followers.get(one) ?? []) reached.add(follower);
    }
    return reached;
  }

  #reachedWithin(group: Key, wanted: ReadonlySet<Key>): boolean {
    const reached = this.#reachedFrom(group);
    return [...reached].some((one) => one !== group && wanted.has(one));
  }

  /** The longest way to each group. */
  #stages(): ReadonlyMap<Key, number> {
    const stages = new Map<Key, number>();
    const groups = [...this.#members.keys()];
    const sorted = components(groups, (group) => [...(this.#followers.get(group) ?? [])]).flat();
    // A group stands after all that follow it: the other way round each is settled before its followers.
    for (const group of sorted.reverse()) {
      const stage = stages.get(group) ?? 0;
      stages.set(group, stage);
      for (const follower of this.#followers.get(group) ?? []) {
        stages.set(follower, Math.max(stages.get(follower) ?? 0, stage + 1));
      }
    }
    return stages;
  }
}
