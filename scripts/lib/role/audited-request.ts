/** AuditedRequest is what an audit log tells of one request, as far as the right to make it depends on that. */
export interface AuditedRequest {
  /** Kubernetes' own word: get, list, watch, create, update, patch, delete, deletecollection. */
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly userAgent?: string;
  readonly requestURI?: string;
  /** Absent for what is no resource, such as `/version`. */
  readonly objectRef?: {
    readonly resource: string;
    readonly subresource?: string;
    readonly apiGroup?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code?: number };
  /** There from the audit level Request on. */
  readonly requestObject?: unknown;
}

/** parseAuditLog reads one JSON document a line, as an API server writes them. Throws with the number of a broken line. */
export function parseAuditLog(text: string): AuditedRequest[] {
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    try {
      return [JSON.parse(line) as AuditedRequest];
    } catch {
      throw new Error(
        `line ${index + 1} of the audit log must be one JSON document, got something else. ` +
          "Give the file that --audit-log-path of the API server names, in the format json.",
      );
    }
  });
}

/** isDryRun tells whether the request asked what a write would do. */
export function isDryRun({ requestURI = "" }: AuditedRequest): boolean {
  return new URLSearchParams(requestURI.split("?")[1]).has("dryRun");
}

/**
 * refused are the requests that the API server did not allow, each once: `create secrets in flux-system`. Dry runs are
 * left out, as everywhere here.
 */
export function refused(requests: readonly AuditedRequest[]): string[] {
  const lines = requests
    .filter((request) => request.responseStatus?.code === 403 && !isDryRun(request))
    .map((request) => describeRequest(request));
  return [...new Set(lines)].sort();
}

function describeRequest({ verb, objectRef, requestURI = "" }: AuditedRequest): string {
  if (objectRef === undefined) return `${verb} ${requestURI}`;
  const { resource, subresource, apiGroup, namespace, name } = objectRef;
  const what = [
    resource,
    apiGroup === undefined ? "" : `.${apiGroup}`,
    subresource === undefined ? "" : `/${subresource}`,
    name === undefined ? "" : ` ${name}`,
  ];
  return `${verb} ${what.join("")}${namespace === undefined ? "" : ` in ${namespace}`}`;
}
