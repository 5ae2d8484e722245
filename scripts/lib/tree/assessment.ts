import { displayName } from "../object.ts";
import type { Key } from "./owner.ts";
import { dependenciesOf, sourcesOf } from "./references.ts";
import type { Required } from "./requirement.ts";
import type { Node } from "./tree.ts";

/** Assessment is how far the tree is. */
export interface Assessment {
  /** True when waiting longer changes nothing: all that is required is ready, suspended or beyond repair by itself. */
  readonly settled: boolean;
  /** True when all that is required is ready or suspended. */
  readonly met: boolean;
  readonly ready: readonly Node[];
  readonly suspended: readonly Node[];
  /** Required, and given up by its controller. */
  readonly stalled: readonly Node[];
  /** Required, and held up by something that is given up. */
  readonly blocked: readonly Node[];
  /** Required, and may still become ready. */
  readonly waiting: readonly Node[];
  /** Required to exist. */
  readonly missing: readonly string[];
  /** Not required and not ready. */
  readonly others: readonly Node[];
}

/** assess judges the nodes against what is required of them. */
export function assess(nodes: ReadonlyMap<Key, Node>, required: Required): Assessment {
  const hopeless = hopelessOf(nodes);
  const wanted = [...nodes.values()].filter(({ key }) => required.nodes.has(key));
  const inState = (state: string) => wanted.filter(({ health }) => health.state === state);
  const stalled = inState("stalled");
  const ready = inState("ready");
  const suspended = inState("suspended");
  const open = wanted.filter(
    ({ health: { state } }) => state === "progressing" || state === "failing",
  );
  const blocked = open.filter(({ key }) => hopeless.has(key));
  const waiting = open.filter(({ key }) => !hopeless.has(key));
  const { missing, base } = required;
  // What only a given-up object would create never comes.
  const givenUp = stalled.length + blocked.length > 0 || base.some((key) => hopeless.has(key));
  return {
    settled: waiting.length === 0 && (missing.length === 0 || givenUp),
    met: stalled.length + open.length + missing.length === 0,
    ready,
    suspended,
    stalled,
    blocked,
    waiting,
    missing,
    others: [...nodes.values()].filter(
      ({ key, health }) => !required.nodes.has(key) && health.state !== "ready",
    ),
  };
}

/** Everything that is stalled, and what fails because of it: its parent's health check and what depends on it. */
function hopelessOf(nodes: ReadonlyMap<Key, Node>): ReadonlySet<Key> {
  const hopeless = new Set<Key>();
  let before = -1;
  while (hopeless.size !== before) {
    before = hopeless.size;
    for (const node of nodes.values()) {
      if (node.health.state === "stalled" || causesOf(node).some((key) => hopeless.has(key))) {
        hopeless.add(node.key);
      }
    }
  }
  return hopeless;
}

/** What explains that the node is not ready, by its own words. */
function causesOf({ object, health, children }: Node): readonly Key[] {
  if (health.state !== "failing" && health.state !== "progressing") return [];
  if (health.text.startsWith("DependencyNotReady")) return dependenciesOf(object);
  if (health.text.startsWith("HealthCheckFailed")) return children;
  return /^(SourceNotReady|ArtifactFailed)/.test(health.text) ? sourcesOf(object) : [];
}

const shortest = 160;

/** describeNode is `Kind/namespace/name (Reason: message)`, cut to a line. */
export function describeNode({ object, health }: Node): string {
  const text = health.text.replaceAll(/\s+/g, " ").trim();
  const cut = text.length > shortest ? `${text.slice(0, shortest - 1)}…` : text;
  return `${displayName(object)} (${cut})`;
}

/** progressText is `12 of 31 HelmReleases Ready, 3 of 4 Kustomizations Ready; waiting for …`. */
export function progressText({
  ready,
  suspended,
  stalled,
  blocked,
  waiting,
  missing,
}: Assessment): string {
  const all = [...ready, ...suspended, ...stalled, ...blocked, ...waiting];
  const kinds = [...new Set(all.map(({ object }) => object.kind))].sort();
  const counts = kinds.map((kind) => {
    const count = (nodes: readonly Node[]) =>
      nodes.filter(({ object }) => object.kind === kind).length;
    return `${count(ready)} of ${count(all)} ${plural(kind)} Ready`;
  });
  const [worst] = [
    ...stalled,
    ...waiting.filter(({ health }) => health.state === "failing"),
    ...waiting,
  ];
  const next = worst === undefined ? missing[0] : describeNode(worst);
  const progress = counts.length === 0 ? "nothing there yet" : counts.join(", ");
  return next === undefined ? progress : `${progress}; waiting for ${next}`;
}

function plural(kind: string): string {
  return kind.endsWith("y") ? `${kind.slice(0, -1)}ies` : `${kind}s`;
}
