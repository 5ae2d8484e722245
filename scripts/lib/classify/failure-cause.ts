/**
 * What made a Helm action or an apply fail: something around it that may pass, what stands in Git, a right, quota or policy
 * that a person has to change, or nobody knows.
 */
export type FailureCause = "environment" | "content" | "refused" | "unknown";

/** What is not there yet or not there at the moment, whatever else the message says. */
const absent = [
  /no matches for kind/i,
  /ensure CRDs are installed/i,
  /is being terminated/i,
  /failed (?:calling|to call) webhook/i,
  /no endpoints available/i,
  /connection (?:refused|reset)/i,
  /no such host/i,
  /i\/o timeout/i,
  /TLS handshake timeout/i,
  /server is currently unable to handle the request/i,
  /etcdserver:/i,
  /too many requests/i,
  /namespaces? "[^"]*" not found/i,
];

/** What only a change in Git cures. */
const content = [
  /\bYAML\b|yaml: line/i,
  /\btemplate:|execution error at|nil pointer evaluating|undefined function|parse error/i,
  /don't meet the specifications|schema validation|values\.schema/i,
  /immutable/i,
  /is invalid:|Invalid value|unknown field|unknown object type|cannot unmarshal|strict decoding/i,
  /dry-run failed.*\(Invalid\)/i,
  /error validating|validation error/i,
  /invalid ownership metadata|already exists/i,
  /SOPS encrypted|decryption is required/i,
  /conflict/i,
];

/** What a policy, a quota or a missing right refused: a person changes the cluster, not Git. */
const refused = [
  /denied (?:the )?request|exceeded quota/i,
  /is forbidden|\bcannot (?:get|list|watch|create|update|patch|delete) resource/i,
];

/** What waited in vain. */
const late = [
  /timed out|timeout|deadline exceeded|context cancell?ed/i,
  /not ready/i,
  /ImagePull|ErrImage|BackOff\b/,
  /internal error|service unavailable|bad gateway|\bEOF\b/i,
];

/** isForAPerson tells what is not cured by trying again. */
export function isForAPerson(message: string): boolean {
  return ["content", "refused"].includes(causeOf(message));
}

/** causeOf reads a failure's message. */
export function causeOf(message: string): FailureCause {
  if (absent.some((pattern) => pattern.test(message))) return "environment";
  if (content.some((pattern) => pattern.test(message))) return "content";
  if (refused.some((pattern) => pattern.test(message))) return "refused";
  if (late.some((pattern) => pattern.test(message))) return "environment";
  return "unknown";
}
