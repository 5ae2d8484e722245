/** Owner is who holds a cluster: one state of one stack. */
export interface Owner {
  /** Made at the first `up` and kept in the state, so that a state that was lost is told from the one that holds. */
  readonly id: string;
  /** Who made it, as `user@host`. */
  readonly by: string;
  /** RFC 3339. */
  readonly since: string;
}

/** The annotations of the namespace of Flux that say who holds the cluster. */
export const ownerAnnotations = {
  id: "flux-bootstrap.dev/owner",
  by: "flux-bootstrap.dev/owned-by",
  since: "flux-bootstrap.dev/owned-since",
} as const satisfies Record<keyof Owner, string>;

/** The annotation with what was there before the stack that holds the cluster, for whoever takes it over from there. */
const adoptedAnnotation = "flux-bootstrap.dev/adopted";

type Annotations = Readonly<Record<string, string>>;

/** annotationsOf writes an owner down; none where the stack recorded none. */
export function annotationsOf(owner: Owner | undefined): Annotations {
  if (owner === undefined) return {};
  return {
    [ownerAnnotations.id]: owner.id,
    [ownerAnnotations.by]: owner.by,
    [ownerAnnotations.since]: owner.since,
  };
}

/** markOf is the part of an object's metadata that says which owner made it. */
export function markOf(owner: Owner | undefined): { readonly annotations?: Annotations } {
  return owner === undefined ? {} : { annotations: { [ownerAnnotations.id]: owner.id } };
}

/** ownerIn reads the owner from annotations; undefined where there is none. */
export function ownerIn(annotations: Annotations = {}): Owner | undefined {
  const id = annotations[ownerAnnotations.id];
  if (id === undefined) return undefined;
  const { by, since } = ownerAnnotations;
  return { id, by: annotations[by] ?? "somebody", since: annotations[since] ?? "an unknown time" };
}

/** What of a cluster was there before its stack, as Preflight hands it on. */
export interface AdoptsDocument {
  readonly objects: readonly string[];
  readonly sync: boolean;
}

/** parseAdopts reads it. Throws an Error with the rule that is broken. */
export function parseAdopts(document: unknown): AdoptsDocument {
  const { objects, sync } = (document ?? {}) as Partial<AdoptsDocument>;
  const isGood = Array.isArray(objects) && objects.every((name) => typeof name === "string");
  if (!isGood || typeof sync !== "boolean") throw new Error("be {objects, sync}");
  return { objects, sync };
}

/** adoptedMark writes it down; nothing where nothing was there. */
export function adoptedMark(adopts: AdoptsDocument): Annotations {
  return adopts.objects.length === 0 ? {} : { [adoptedAnnotation]: JSON.stringify(adopts) };
}

/** adoptedIn reads it from annotations. Throws where somebody wrote something else there. */
export function adoptedIn(annotations: Annotations = {}): AdoptsDocument {
  const text = annotations[adoptedAnnotation];
  return text === undefined ? { objects: [], sync: false } : parseAdopts(JSON.parse(text));
}
