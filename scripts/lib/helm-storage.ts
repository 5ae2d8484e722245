import { gunzipSync, gzipSync } from "node:zlib";

import type { KubernetesObject } from "./object.ts";

/** HelmSecret is how Helm keeps one revision of a release in the cluster. */
export interface HelmSecret extends KubernetesObject {
  readonly data?: { readonly release?: string };
}

/** The part of a stored release that is read here; everything else is kept as it is. */
export interface StoredRelease {
  readonly info: { readonly status: string; readonly description?: string };
}

/** The label selector of every revision of a release. */
export function releaseSelector(name: string): string {
  return `owner=helm,name=${name}`;
}

/** latestRevision is the newest of the revisions, or undefined where there is none. */
export function latestRevision(secrets: readonly HelmSecret[]): HelmSecret | undefined {
  const revision = ({ metadata }: HelmSecret) => Number(metadata.labels?.["version"] ?? 0);
  return secrets.toSorted((a, b) => revision(a) - revision(b)).at(-1);
}

/** releaseStatus is Helm's word for the revision, such as `deployed` or `pending-install`. */
export function releaseStatus({ metadata }: HelmSecret): string {
  return metadata.labels?.["status"] ?? "unknown";
}

/** isPending tells whether a Helm action holds the release, or did when it was killed. */
export function isPending(secret: HelmSecret): boolean {
  return releaseStatus(secret).startsWith("pending-");
}

/** What the cluster tells about a release before Pulumi acts on it. */
export interface ReleaseTraces {
  /** Helm's word for the newest revision; undefined where there is no release. */
  readonly status: string | undefined;
  /** Whether Pulumi is known to have recorded the release in its state. */
  readonly recorded: boolean;
}

/**
 * isLeftBehind tells a release that a killed run left so that Helm refuses the next action: locked by an action that
 * nobody finishes, or there without Pulumi knowing, which then wants to install it.
 */
export function isLeftBehind({ status, recorded }: ReleaseTraces): boolean {
  if (status === undefined) return false;
  if (status.startsWith("pending-")) return true;
  return !recorded && status !== "failed" && status !== "uninstalled";
}

/** decodeRelease reads what Helm stores: JSON, gzipped, in base64, in the base64 of a Secret. */
export function decodeRelease(data: string): StoredRelease {
  const compressed = Buffer.from(Buffer.from(data, "base64").toString("ascii"), "base64");
  return JSON.parse(gunzipSync(compressed).toString("utf8")) as StoredRelease;
}

/** encodeRelease is the inverse of `decodeRelease`. */
export function encodeRelease(release: StoredRelease): string {
  const compressed = gzipSync(JSON.stringify(release), { level: 9 });
  return Buffer.from(compressed.toString("base64"), "ascii").toString("base64");
}

/**
 * failedRevision is the merge patch that makes Helm see a revision as failed, so that the next action goes on from
 * there. It holds the resource version: whoever wrote in between wins.
 */
export function failedRevision({ metadata, data }: HelmSecret, description: string) {
  const release = decodeRelease(data?.release ?? "");
  const info = { ...release.info, status: "failed", description };
  return {
    metadata: { resourceVersion: metadata.resourceVersion, labels: { status: "failed" } },
    data: { release: encodeRelease({ ...release, info }) },
  };
}
