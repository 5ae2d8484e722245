import { type AuditedRequest, isDryRun } from "../../../scripts/lib/role/audited-request.ts";

/** The requests that wanted to change something: no reads, no dry runs, no questions about rights. */
export function writesOf(requests: readonly AuditedRequest[]): AuditedRequest[] {
  return requests.filter(
    (request) =>
      !["get", "list", "watch"].includes(request.verb) &&
      !(request.objectRef?.resource ?? "").startsWith("selfsubject") &&
      !isDryRun(request),
  );
}
