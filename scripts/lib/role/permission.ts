import { type AuditedRequest, isDryRun } from "./audited-request.ts";

/** Permission is what the authorizer of Kubernetes is asked for one request. */
export interface Permission {
  readonly verb: string;
  /** Empty for the core group. */
  readonly group: string;
  /** A plural, with its subresource after a slash. */
  readonly resource: string;
  /** Undefined for a kind without namespaces, and for all namespaces at once. */
  readonly namespace: string | undefined;
  /** Undefined for a collection, and for an object whose name the authorizer does not see. */
  readonly name: string | undefined;
}

/** Groups of which every user that is logged in may ask about itself (ClusterRole system:basic-user). */
const askedByAll: readonly string[] = [
  "authorization.k8s.io/selfsubjectaccessreviews",
  "authorization.k8s.io/selfsubjectrulesreviews",
  "authentication.k8s.io/selfsubjectreviews",
];

/**
 * permissionsOf is what the authorizer is asked for a request: its verb, and for a server-side apply that makes its object
 * another. Empty for what every user may do, and for a dry run: who may not write gets a preview that Pulumi works out by
 * itself.
 */
export function permissionsOf(request: AuditedRequest): Permission[] {
  const asked = isDryRun(request) ? undefined : askedFor(request);
  if (asked === undefined) return [];
  return makes(request) ? [asked, { ...asked, verb: "create" }] : [asked];
}

function askedFor({ verb, objectRef }: AuditedRequest): Permission | undefined {
  // What is no resource is discovery, health or the version, which every user may read.
  if (objectRef === undefined) return undefined;
  const { resource: plural, subresource, apiGroup: group = "", namespace, name } = objectRef;
  if (askedByAll.includes(`${group}/${plural}`)) return undefined;
  const resource = subresource === undefined ? plural : `${plural}/${subresource}`;
  // The name of a new object is in its body, where the authorizer does not look.
  const isNameless =
    (verb === "create" && subresource === undefined) || verb.endsWith("collection");
  return {
    verb,
    group,
    resource,
    // The log counts a Namespace as an object in itself.
    namespace: plural === "namespaces" && group === "" ? undefined : namespace,
    name: isNameless ? undefined : name,
  };
}

/** A server-side apply that finds no object makes it, and then needs that right too. */
function makes({ verb, responseStatus }: AuditedRequest): boolean {
  return (verb === "patch" || verb === "update") && responseStatus?.code === 201;
}
