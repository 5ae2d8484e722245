import type { AuditedRequest } from "../../../scripts/lib/role/audited-request.ts";

interface More {
  /** @default 200 */
  readonly code?: number;
  readonly uri?: string;
  readonly body?: unknown;
  /** @default "ann" */
  readonly user?: string;
}

/** A line of an audit log. */
export function request(
  verb: string,
  objectRef: AuditedRequest["objectRef"],
  { code = 200, uri, body, user = "ann" }: More = {},
): AuditedRequest {
  return {
    verb,
    user: { username: user },
    responseStatus: { code },
    ...(objectRef && { objectRef }),
    ...(uri !== undefined && { requestURI: uri }),
    ...(body !== undefined && { requestObject: body }),
  };
}
