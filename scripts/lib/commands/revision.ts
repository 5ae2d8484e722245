import type { KubernetesObject } from "../object.ts";

interface Status {
  readonly artifact?: { readonly revision?: string };
  readonly lastAppliedRevision?: string;
  readonly lastAttemptedRevision?: string;
  readonly history?: unknown;
}

interface Deployed {
  readonly chartVersion?: string;
}

const shortDigest = 8;

/** revisionOf is what the object brought to the cluster, or fetched, last; empty when nothing yet. */
export function revisionOf({ status }: KubernetesObject): string {
  const { artifact, lastAppliedRevision, lastAttemptedRevision, history } = (status ??
    {}) as Status;
  const chart = Array.isArray(history) ? (history as Deployed[])[0]?.chartVersion : undefined;
  const known = [artifact?.revision, lastAppliedRevision, chart, lastAttemptedRevision];
  return shortRevision(known.find((revision) => typeof revision === "string") ?? "");
}

/** shortRevision is `main@1a2b3c4d` for `refs/heads/main@sha1:1a2b3c4d…`. */
export function shortRevision(revision: string): string {
  return revision
    .replace(/^refs\/(heads|tags)\//, "")
    .replace(/(sha1|sha256|sha512):([0-9a-f]+)/, (_, __, digest: string) =>
      digest.slice(0, shortDigest),
    );
}
