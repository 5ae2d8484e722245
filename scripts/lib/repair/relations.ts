import { dependenciesOf, repositoryOf, sourceOf } from "../classify/references.ts";
import type { Verdict } from "../classify/verdict.ts";
import type { KubernetesObject } from "../object.ts";
import { type Key, keyOf, ownerOf } from "../tree/owner.ts";

type Verdicts = ReadonlyMap<Key, Verdict>;

/** sourcesOf are the keys of what an object fetches from, repository first, then its HelmChart. */
export function sourcesOf(object: KubernetesObject, verdicts: Verdicts): Key[] {
  const source = sourceOf(object);
  const chart = source === undefined ? undefined : verdicts.get(source)?.object;
  // A chartRef may name a HelmChart, which has a repository of its own.
  const repository = repositoryOf(object) ?? (chart === undefined ? undefined : sourceOf(chart));
  return [repository, source].filter((key) => key !== undefined);
}

/** ancestorsOf are the Kustomizations and ResourceSets that applied an object, nearest first. */
export function ancestorsOf(object: KubernetesObject, verdicts: Verdicts): Key[] {
  const ancestors: Key[] = [];
  const visited = new Set<Key>([keyOf(object)]);
  let current = ownerOf(object);
  while (current !== undefined && !visited.has(current)) {
    visited.add(current);
    ancestors.push(current);
    const owner = verdicts.get(current)?.object;
    current = owner === undefined ? undefined : ownerOf(owner);
  }
  return ancestors;
}

const ranks: Readonly<Record<string, number>> = {
  GitRepository: 0,
  OCIRepository: 0,
  Bucket: 0,
  HelmRepository: 0,
  HelmChart: 1,
  FluxInstance: 2,
  ResourceSet: 4,
  Kustomization: 4,
  HelmRelease: 5,
};

/**
 * Order sorts verdicts bottom-up: repositories, charts, the root Kustomization, Kustomizations in the order in which
 * they depend on and contain each other, then HelmReleases the same way. A circle in it does no harm.
 */
export class Order {
  readonly #verdicts: Verdicts;
  readonly #depths = new Map<Key, number>();

  constructor(verdicts: Verdicts) {
    this.#verdicts = verdicts;
  }

  sort(verdicts: readonly Verdict[]): Verdict[] {
    return verdicts
      .map((verdict) => ({ verdict, rank: this.#rank(verdict), depth: this.#depth(verdict.key) }))
      .sort(
        (a, b) =>
          a.rank - b.rank || a.depth - b.depth || a.verdict.key.localeCompare(b.verdict.key),
      )
      .map(({ verdict }) => verdict);
  }

  #rank({ object }: Verdict): number {
    const isRoot =
      object.kind === "Kustomization" && ownerOf(object)?.startsWith("FluxInstance/") === true;
    return isRoot ? 3 : (ranks[object.kind] ?? 6);
  }

  #depth(key: Key): number {
    const known = this.#depths.get(key);
    if (known !== undefined) return known;
    // Stands while its own dependencies are followed, so that a circle ends.
    this.#depths.set(key, 0);
    const object = this.#verdicts.get(key)?.object;
    if (object === undefined) return 0;
    const owner = ownerOf(object);
    const below = [...dependenciesOf(object), ...(owner === undefined ? [] : [owner])];
    const depth = below.reduce((deepest, next) => Math.max(deepest, this.#depth(next) + 1), 0);
    this.#depths.set(key, depth);
    return depth;
  }
}
