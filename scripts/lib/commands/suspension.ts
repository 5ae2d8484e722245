import type { KubernetesObject, ObjectMeta } from "../object.ts";

/** Who suspended an object, why and when; each as far as it was recorded. */
export interface Suspension {
  readonly by: string | undefined;
  readonly reason: string | undefined;
  /** RFC 3339. */
  readonly at: string | undefined;
}

const annotations = {
  by: "flux-bootstrap.dev/suspended-by",
  reason: "flux-bootstrap.dev/suspended-reason",
  at: "flux-bootstrap.dev/suspended-at",
} as const;

/** suspensionOf is undefined when the object is not suspended, whatever its annotations say. */
export function suspensionOf({ spec, metadata }: KubernetesObject): Suspension | undefined {
  if ((spec as { readonly suspend?: boolean } | undefined)?.suspend !== true) return undefined;
  const recorded = metadata.annotations ?? {};
  return {
    by: recorded[annotations.by],
    reason: recorded[annotations.reason],
    at: recorded[annotations.at],
  };
}

/** describeSuspension is `by ann@laptop: testing a fix`, as far as that was recorded. */
export function describeSuspension({ by, reason }: Partial<Suspension> = {}): string {
  if (by === undefined && reason === undefined) return "nobody recorded why";
  return [by === undefined ? "" : `by ${by}`, reason ?? ""]
    .filter((part) => part !== "")
    .join(": ");
}

/** suspendPatch suspends an object and records who, why and when. */
export function suspendPatch(suspension: { by: string; reason: string; at: string }): object {
  const recorded = Object.entries(annotations).map(([field, annotation]) => [
    annotation,
    suspension[field as keyof typeof annotations],
  ]);
  return {
    metadata: { annotations: Object.fromEntries(recorded) as Record<string, string> },
    spec: { suspend: true },
  };
}

/** resumePatch resumes an object, forgets the record and carries `more` annotations. */
export function resumePatch(more: Readonly<Record<string, string>>): object {
  const forgotten = Object.values(annotations).map((annotation) => [annotation, null]);
  return {
    metadata: {
      annotations: { ...(Object.fromEntries(forgotten) as Record<string, null>), ...more },
    },
    spec: { suspend: null },
  };
}

type ManagedMeta = Omit<ObjectMeta, "managedFields"> & {
  readonly managedFields?: readonly {
    readonly manager: string;
    readonly fieldsV1?: { readonly "f:spec"?: Readonly<Record<string, unknown>> };
  }[];
};

/** setByGit tells whether Git holds `spec.suspend` too: the next reconciliation then puts back what Git says. */
export function setByGit({ metadata }: KubernetesObject): boolean {
  return ((metadata as ManagedMeta).managedFields ?? []).some(
    ({ manager, fieldsV1 }) =>
      manager === "kustomize-controller" && fieldsV1?.["f:spec"]?.["f:suspend"] !== undefined,
  );
}
