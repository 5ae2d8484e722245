import type { IncomingMessage, ServerResponse } from "node:http";

import type { Resource } from "../../scripts/lib/kinds.ts";
import type { KubernetesObject, ObjectMeta, Reference } from "../../scripts/lib/object.ts";

export type Json = Record<string, unknown>;
export type WatchEvent = "ADDED" | "MODIFIED" | "DELETED";

/** A collection, or one object in it when `name` is given. */
export interface Target {
  readonly apiVersion: string;
  readonly plural: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly sub: string | undefined;
}

const targetPath =
  /^\/(?:api\/(v1)|apis\/([^/]+\/[^/]+))(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?(?:\/(log|status))?$/;

/** What discovery answers at `path`; undefined for any other path. */
export function discover(path: string, served: readonly Resource[]): object | undefined {
  const groups = new Set(served.map(({ apiVersion }) => apiVersion).filter((v) => v !== "v1"));
  if (path === "/apis") {
    const entries = [...groups].map((groupVersion) => ({
      name: groupVersion.split("/")[0],
      preferredVersion: { groupVersion },
      versions: [{ groupVersion }],
    }));
    return { kind: "APIGroupList", groups: entries };
  }
  const apiVersion = path === "/api/v1" ? "v1" : path.replace("/apis/", "");
  if (apiVersion !== "v1" && !groups.has(apiVersion)) return undefined;
  const resources = served
    .filter((resource) => resource.apiVersion === apiVersion)
    .map(({ kind, plural, namespaced }) => ({
      name: plural,
      kind,
      namespaced,
      verbs: ["create", "delete", "get", "list", "patch", "watch"],
    }));
  return { kind: "APIResourceList", groupVersion: apiVersion, resources };
}

export function targetOf({ resource, name, namespace }: Reference): Target {
  return {
    apiVersion: resource.apiVersion,
    plural: resource.plural,
    namespace,
    name,
    sub: undefined,
  };
}

export function keyOf({ apiVersion, plural, namespace = "", name = "" }: Target): string {
  return [apiVersion, plural, namespace, name].join("|");
}

export function parseKey(key: string): Target {
  const [apiVersion = "", plural = "", namespace = "", name = ""] = key.split("|");
  return {
    apiVersion,
    plural,
    namespace: namespace === "" ? undefined : namespace,
    name,
    sub: undefined,
  };
}

export function parseTarget(path: string): Target | undefined {
  const match = targetPath.exec(path);
  if (match === null) return undefined;
  const [, core, group, namespace, plural = "", name, sub] = match;
  return { apiVersion: core ?? group ?? "", plural, namespace, name, sub };
}

export function isIn(collection: Target, target: Target): boolean {
  return (
    collection.apiVersion === target.apiVersion &&
    collection.plural === target.plural &&
    (collection.namespace === undefined || collection.namespace === target.namespace)
  );
}

export function matches(object: KubernetesObject, query: URLSearchParams): boolean {
  const { metadata } = object;
  const fields = (query.get("fieldSelector") ?? "").split(",").filter((term) => term !== "");
  if (!fields.every((term) => hasField(object, term))) return false;
  const selector = query.get("labelSelector") ?? "";
  return selector
    .split(",")
    .filter((term) => term !== "")
    .every((term) => {
      const [label = "", value] = term.split("=");
      const actual = metadata.labels?.[label];
      return value === undefined ? actual !== undefined : actual === value;
    });
}

/** Whether `term`, such as `metadata.name=x`, holds. */
function hasField(object: object, term: string): boolean {
  const [path = "", value] = term.split("=");
  const actual = path
    .split(".")
    .reduce<unknown>((from, field) => (from as Json | undefined)?.[field], object);
  return actual === value;
}

export function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const result: Json = typeof target === "object" && target !== null ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(result, key);
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

/** A question after the user's rights is a POST that writes nothing. */
export function isAccessReview(path: string): boolean {
  return path === "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
}

/** Whether a patch means another version of the object. */
export function isOutdated(known: KubernetesObject | undefined, body: Json): boolean {
  const { resourceVersion } = (body["metadata"] ?? {}) as { readonly resourceVersion?: string };
  return resourceVersion !== undefined && resourceVersion !== known?.metadata.resourceVersion;
}

/** Whether a deletion means an object with another UID. */
export function isAnother(known: KubernetesObject | undefined, body: Json): boolean {
  const { uid, resourceVersion } = (body["preconditions"] ?? {}) as ObjectMeta;
  const isOther = uid !== undefined && uid !== known?.metadata.uid;
  const isNewer =
    resourceVersion !== undefined && resourceVersion !== known?.metadata.resourceVersion;
  return isOther || isNewer;
}

/** The object after the patch; another spec is another generation. */
export function patched(known: KubernetesObject | undefined, patch: Json): KubernetesObject {
  const merged = mergePatch(known ?? {}, patch) as KubernetesObject;
  const changed = JSON.stringify(merged.spec) !== JSON.stringify(known?.spec);
  const generation = (known?.metadata.generation ?? 0) + (changed ? 1 : 0);
  return { ...merged, metadata: { ...merged.metadata, generation } };
}

export async function readBody(request: IncomingMessage): Promise<Json> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === "" ? {} : (JSON.parse(text) as Json);
}

export function writeEvent(
  response: ServerResponse,
  type: WatchEvent,
  object: KubernetesObject,
): void {
  response.write(`${JSON.stringify({ type, object })}\n`);
}

export function send(response: ServerResponse, code: number, body: object): void {
  response.writeHead(code, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

export function sendStatus(response: ServerResponse, code: number, reason: string): void {
  send(response, code, { kind: "Status", code, reason, message: reason });
}
