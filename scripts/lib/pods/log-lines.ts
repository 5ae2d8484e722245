import type { Snapshot } from "../classify/snapshot.ts";
import type { KubernetesObject } from "../object.ts";
import { Redactor } from "../redact.ts";

const most = 10;
const mark = "[redacted]";
const keyEnd = /-----END [^-]*PRIVATE KEY-----/;
const keyBegin = /-----BEGIN [^-]*PRIVATE KEY-----/;
const keyRest = /^\s*[A-Za-z0-9+/]+={0,2}\s*$/;
const keyBody = /^\s*[A-Za-z0-9+/]{64}={0,2}\s*$/;

/**
 * logLinesOf is the end of the container's log. What looks like a secret is taken out here already, because a key
 * stretches over lines: once they are apart, nothing tells that they belong to one.
 */
export function logLinesOf(
  { logs }: Snapshot,
  { metadata }: KubernetesObject,
  container: string | undefined,
): string[] {
  const lines = logs.get(`${metadata.namespace ?? ""}/${metadata.name}/${container ?? ""}`) ?? [];
  return lines.length === 0 ? [] : withoutSecrets(lines).slice(-most);
}

function withoutSecrets(lines: readonly string[]): string[] {
  const end = lines.findIndex((line) => keyEnd.test(line));
  const begin = lines.findIndex((line) => keyBegin.test(line));
  // The log was fetched from the middle of a key on.
  const tail =
    end !== -1 && (begin === -1 || begin > end) ? [mark, ...lines.slice(end + 1)] : lines;
  return new Redactor()
    .text(withoutKeyBodies(tail).join("\n"))
    .split("\n")
    .filter((line) => line.trim() !== "");
}

/** The last line of a key is shorter than the others. */
function withoutKeyBodies(lines: readonly string[]): string[] {
  return lines.map((line, index) => {
    const follows = keyBody.test(lines[index - 1] ?? "");
    return keyBody.test(line) || (follows && keyRest.test(line)) ? mark : line;
  });
}
