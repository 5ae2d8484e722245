import fc from "fast-check";

/** What a person may have done to something that Flux reconciles. */
export type Mood = "calm" | "suspended";

export interface RandomRelease {
  /** Earlier releases of the same layer, by index. */
  readonly after: readonly number[];
  readonly mood: Mood;
}

/** A Kustomization, with a namespace of its own. */
export interface RandomLayer {
  /** An earlier layer, no tenant, whose directory holds this one; the root's without it. */
  readonly parent: number | undefined;
  /** Earlier layers of the same directory that it depends on, by index. */
  readonly after: readonly number[];
  readonly mood: Mood;
  /** Its Kustomization and releases live in its namespace and act as an account that its parent applied. */
  readonly tenant: boolean;
  readonly releases: readonly RandomRelease[];
  /** A ResourceSet with a release of its own, which may depend on the layer's first release. */
  readonly set: { readonly mood: Mood; readonly after: boolean } | undefined;
  readonly address: boolean;
  readonly volume: boolean;
  /** What a person made in its namespace. */
  readonly foreign: "nothing" | "ConfigMap" | "Service" | "PersistentVolumeClaim";
  /** It holds an object that is marked to stay. */
  readonly keeps: boolean;
}

/** RandomFleet is a fleet that comes up, and what is then done to it. */
export interface RandomFleet {
  readonly layers: readonly RandomLayer[];
  /** Pairs of layers, later one first, of which the earlier one is then made to depend on the later. */
  readonly cycles: readonly (readonly [number, number])[];
}

export interface RandomFleetOptions {
  /** @default 6 */
  readonly mostLayers?: number;
  /** Releases of one layer. @default 5 */
  readonly mostReleases?: number;
}

const mostCycles = 2;

/** randomFleets makes fleets of every shape that a drain has to cope with. */
export function randomFleets(options: RandomFleetOptions = {}): fc.Arbitrary<RandomFleet> {
  const { mostLayers = 6, mostReleases = 5 } = options;
  return fc
    .array(drawnLayer(mostReleases), { minLength: 1, maxLength: mostLayers })
    .chain((drawn) => {
      const layers: RandomLayer[] = [];
      for (const one of drawn) layers.push(resolved(one, layers));
      const pairs = dependencies(layers);
      const cycles = fc.subarray(pairs, { maxLength: Math.min(mostCycles, pairs.length) });
      return fc.record({ layers: fc.constant(layers), cycles });
    });
}

/** Chances are parts of a whole, so that the same draw means the same for any number of layers. */
interface DrawnLayer extends Omit<RandomLayer, "parent" | "after" | "releases"> {
  readonly parentAt: number | undefined;
  readonly afterAt: readonly number[];
  readonly releases: readonly { readonly afterAt: readonly number[]; readonly mood: Mood }[];
}

const place = fc.integer({ min: 0, max: 99 });
const places = fc.array(place, { maxLength: 2 });
const seldom = fc.integer({ min: 0, max: 3 }).map((drawn) => drawn === 3);
const mood = seldom.map((is): Mood => (is ? "suspended" : "calm"));

function drawnLayer(mostReleases: number): fc.Arbitrary<DrawnLayer> {
  const release = fc.record({ afterAt: places, mood });
  const set = fc.record({ mood, after: fc.boolean() });
  return fc.record({
    parentAt: fc.option(place, { nil: undefined, freq: 2 }),
    afterAt: places,
    mood,
    tenant: seldom,
    releases: fc.array(release, { maxLength: mostReleases }),
    set: fc.option(set, { nil: undefined, freq: 2 }),
    address: seldom,
    volume: seldom,
    foreign: fc.constantFrom("nothing", "nothing", "ConfigMap", "Service", "PersistentVolumeClaim"),
    keeps: seldom,
  });
}

function resolved(
  { parentAt, afterAt, ...drawn }: DrawnLayer,
  before: readonly RandomLayer[],
): RandomLayer {
  // An account that may write in its own namespace only cannot make another tenant's, nor what Flux has in its own.
  const possible = [...before.keys()].filter((index) => before[index]?.tenant === false);
  const [parent] = parentAt === undefined ? [] : chosen([parentAt], possible);
  const siblings = [...before.keys()].filter((index) => before[index]?.parent === parent);
  return {
    ...drawn,
    parent,
    after: chosen(afterAt, siblings),
    releases: drawn.releases.map((release, index, all) => ({
      after: chosen(release.afterAt, [...all.keys()].slice(0, index)),
      mood: release.mood,
    })),
  };
}

/** What the draws fall upon, each once. */
function chosen(draws: readonly number[], among: readonly number[]): number[] {
  const picked = draws.map((draw) => among[draw % Math.max(among.length, 1)]);
  return [...new Set(picked)].filter((one) => one !== undefined).toSorted((a, b) => a - b);
}

function dependencies(layers: readonly RandomLayer[]): [number, number][] {
  return layers.flatMap(({ after }, index) => after.map((one): [number, number] => [index, one]));
}
