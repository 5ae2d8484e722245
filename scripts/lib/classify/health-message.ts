/** HealthEntry is one object that a health check names as not healthy. */
export interface HealthEntry {
  readonly kind: string;
  /** Undefined for what is not namespaced. */
  readonly namespace: string | undefined;
  readonly name: string;
  /** `InProgress`, `Failed`, `NotFound`, `Terminating`, `Unknown`. */
  readonly status: string;
  /** What follows the status, such as `context deadline exceeded`; empty when nothing does. */
  readonly detail: string;
}

const path = String.raw`\b([A-Z][A-Za-z0-9]*)/([^\s,/\]]+)(?:/([^\s,/\]]+))?`;
const entry = new RegExp(`${path} status: '(\\w*)'|can't determine status for ${path}`, "g");

/**
 * parseHealthCheckMessage reads what kustomize-controller and flux-operator say when a health check fails:
 * `timeout waiting for: [Kind/namespace/name status: 'InProgress': detail, …]` and `failed early due to stalled
 * resources: [...]`. Empty when the message names nothing. A message cut in the middle gives what is whole.
 */
export function parseHealthCheckMessage(message: string): HealthEntry[] {
  const start = message.indexOf("[");
  if (start === -1) return [];
  const list = message.slice(start + 1, end(message));
  const found = [...list.matchAll(entry)];
  return found.map((match, index) => {
    const [whole, ...groups] = match;
    const isKnown = groups[3] !== undefined;
    const [kind = "", first = "", second] = groups.slice(isKnown ? 0 : 4);
    const detail = list.slice(match.index + whole.length, found[index + 1]?.index);
    return {
      kind,
      namespace: second === undefined ? undefined : first,
      name: second ?? first,
      status: groups[3] ?? "Unknown",
      detail: detail.replace(/^:\s*/, "").replace(/,?\s*$/, ""),
    };
  });
}

function end(message: string): number {
  const close = message.lastIndexOf("]");
  return close === -1 ? message.length : close;
}
