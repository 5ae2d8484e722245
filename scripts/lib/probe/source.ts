import { z } from "zod";

import { purposeLabel } from "../gate/canary.ts";
import { Bucket, GitRepository, OCIRepository, type Resource } from "../kinds.ts";
import type { KubernetesObject } from "../object.ts";

/** The kinds that a sync can have. */
export const syncKinds = { GitRepository, OCIRepository, Bucket } as const satisfies Readonly<
  Record<string, Resource>
>;

const text = z.string().min(1);

const syncSource = z.strictObject({
  kind: z.enum(["GitRepository", "OCIRepository", "Bucket"]),
  url: text,
  /** Git reference such as `refs/heads/main`, tag of an artifact, or name of a bucket. */
  ref: text,
  /** Name of the Secret with the credentials, in the namespace of Flux. */
  pullSecret: text.optional(),
  provider: text.optional(),
  /** @default "1m" */
  interval: text.optional(),
  /** More fields of the source's spec, such as `verify`. */
  fields: z.record(z.string(), z.looseObject({})).optional(),
  /** Plain HTTP, for OCIRepository and Bucket only. @default false */
  insecure: z.boolean().optional(),
});

/** SyncSource says what the sync fetches: the fields of FluxInstance's `spec.sync` that make its source. */
export type SyncSource = z.infer<typeof syncSource>;

export const probeName = "flux-bootstrap-probe";

/** probeObject is the source as flux-operator would make it for the sync, under a name of ours. */
export function probeObject(source: SyncSource, namespace: string): KubernetesObject {
  const { apiVersion, kind } = syncKinds[source.kind];
  return {
    apiVersion,
    kind,
    metadata: { name: probeName, namespace, labels: { [purposeLabel]: "probe" } },
    spec: {
      interval: source.interval ?? "1m",
      ...locationOf(source),
      ...(source.pullSecret !== undefined && { secretRef: { name: source.pullSecret } }),
      ...(source.provider !== undefined && { provider: source.provider }),
      ...(source.insecure === true && { insecure: true }),
      ...source.fields,
    },
  };
}

function locationOf({ kind, url, ref }: SyncSource): object {
  switch (kind) {
    case "GitRepository":
      return { url, ref: { name: ref } };
    case "OCIRepository":
      return { url, ref: { tag: ref } };
    case "Bucket":
      return { endpoint: url, bucketName: ref };
  }
}

/** parseSource reads a SyncSource. Throws an Error with the rule that is broken, and no value. */
export function parseSource(document: unknown): SyncSource {
  const { data, error } = syncSource.safeParse(document);
  if (data !== undefined) return data;
  const [issue] = error.issues;
  throw new Error(
    `be a source, and "${(issue?.path ?? []).join(".")}" is not: ${issue?.message ?? ""}`,
  );
}
