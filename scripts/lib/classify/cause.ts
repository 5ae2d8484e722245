import type { Key } from "../tree/owner.ts";
import { displayKey, nextCommand } from "./next-command.ts";
import type { Missing } from "./scene.ts";
import { states } from "./states.ts";
import type { Cause, Standing, Verdict } from "./verdict.ts";

const worstFirst: readonly Standing[] = [
  "stuck",
  "failing",
  "terminating",
  "waiting",
  "suspended",
  "ready",
];

interface Blamed {
  readonly verdict: Verdict;
  readonly missing: boolean;
}

/** causesOf groups what is to blame: equal states with equal words are one cause. Worst first, then by how many suffer. */
export function causesOf(
  verdicts: ReadonlyMap<Key, Verdict>,
  missing: ReadonlyMap<Key, Missing>,
): Cause[] {
  const affected = affectedBy(verdicts);
  const groups = new Map<string, Blamed[]>();
  for (const blamed of blamedOf(verdicts, missing, affected)) {
    const signature = signatureOf(blamed.verdict);
    const group = groups.get(signature);
    if (group === undefined) groups.set(signature, [blamed]);
    else group.push(blamed);
  }
  return [...groups.values()].map((group) => causeOf(group, affected)).sort(byWeight);
}

function blamedOf(
  verdicts: ReadonlyMap<Key, Verdict>,
  missing: ReadonlyMap<Key, Missing>,
  affected: ReadonlyMap<Key, readonly Key[]>,
): Blamed[] {
  const own = [...verdicts.values()].filter(({ key, because, standing }) => {
    if (standing === "ready" || because.length > 0) return false;
    return standing !== "suspended" || affected.has(key);
  });
  const absent = [...missing.values()].filter(
    ({ key, maker }) => maker === undefined && affected.has(key),
  );
  return [
    ...own.map((verdict) => ({ verdict, missing: false })),
    ...absent.map((one) => ({ verdict: missingVerdict(one), missing: true })),
  ];
}

/** What does not exist has no object; all that is known of it is who names it. */
function missingVerdict({ key, neededBy }: Missing): Verdict {
  const { standing, action, retries } = states.missing;
  const [kind = "", namespace = "", name = ""] = key.split("/");
  const [first] = neededBy;
  const by = first === undefined ? "a health check" : displayKey(first);
  const others = neededBy.length > 1 ? ` and ${neededBy.length - 1} more` : "";
  return {
    key,
    object: { apiVersion: "", kind, metadata: { name, namespace } },
    state: "missing",
    standing,
    text: `${displayKey(key)} does not exist, and ${by}${others} needs it`,
    evidence: [{ field: "named by", value: `${by}${others}` }],
    because: [],
    action,
    nextRetry: retries,
  };
}

function affectedBy(verdicts: ReadonlyMap<Key, Verdict>): Map<Key, Key[]> {
  const affected = new Map<Key, Key[]>();
  for (const { key, because } of verdicts.values()) {
    for (const root of because) {
      const keys = affected.get(root);
      if (keys === undefined) affected.set(root, [key]);
      else keys.push(key);
    }
  }
  return affected;
}

/** Two objects suffer from the same when their words differ in names, numbers and times only. */
function signatureOf({ key, state, action, standing, text }: Verdict): string {
  if (state === "missing") return `missing ${key}`;
  if (state === "cycle") return `cycle ${text}`;
  return [state, action, standing, normalise(text, key)].join(" ");
}

const volatile: readonly RegExp[] = [
  /\b[0-9a-f]{8}-[0-9a-f-]{27}\b/gi,
  /\bsha\d+:[0-9a-f]+\b/gi,
  /\b\d{4}-\d\d-\d\dT[\d:.]+Z?\b/g,
  /\b(?:\d+(?:\.\d+)?(?:ms|µs|h|m|s))+\b/g,
  /\b[0-9a-f]{7,}\b/gi,
  /\d+/g,
];

function normalise(text: string, key: Key): string {
  const [, namespace = "", name = ""] = key.split("/");
  const named = [name, namespace]
    .filter((word) => word !== "")
    .reduce((current, word) => current.replaceAll(whole(word), "*"), text);
  return volatile.reduce((current, pattern) => current.replaceAll(pattern, "#"), named);
}

/** The word where it is not a part of another one. */
function whole(word: string): RegExp {
  // Names of Kubernetes objects hold letters, digits, dashes, dots and, of RBAC, colons.
  const literal = word.replaceAll(/[^\w-]/g, String.raw`\$&`);
  return new RegExp(`(?<![a-z0-9])${literal}(?![a-z0-9])`, "gi");
}

function causeOf(group: readonly Blamed[], affected: ReadonlyMap<Key, readonly Key[]>): Cause {
  const sorted = [...group].sort((a, b) => a.verdict.key.localeCompare(b.verdict.key));
  const objects = sorted.map(({ verdict }) => verdict.key);
  // A group is never made empty.
  const { verdict: first } = sorted[0] as Blamed;
  const suffering = new Set(objects.flatMap((key) => affected.get(key) ?? []));
  for (const key of objects) suffering.delete(key);
  return {
    objects,
    state: first.state,
    standing: first.standing,
    text: first.text,
    evidence: first.evidence,
    affected: [...suffering].sort(),
    action: first.action,
    nextRetry: first.nextRetry,
    next: nextCommand(first, objects),
  };
}

function byWeight(a: Cause, b: Cause): number {
  return (
    worstFirst.indexOf(a.standing) - worstFirst.indexOf(b.standing) ||
    b.affected.length - a.affected.length ||
    b.objects.length - a.objects.length ||
    (a.objects[0] ?? "").localeCompare(b.objects[0] ?? "")
  );
}
