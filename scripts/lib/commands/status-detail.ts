import { similar } from "../similar.ts";
import { states } from "../classify/states.ts";
import type { Diagnosis, Verdict } from "../classify/verdict.ts";
import { Failure } from "../failure.ts";
import { nameOf } from "../report/text.ts";
import { inventoryOf } from "../tree/inventory.ts";
import { keyFrom } from "../tree/owner.ts";
import type { Section } from "./outcome.ts";
import { rowOf, statusTable, type StatusRow } from "./status-view.ts";
import type { Target } from "./target.ts";

/** Detail is all that is known of one object. */
export interface Detail {
  readonly row: StatusRow;
  readonly sections: readonly Section[];
  readonly json: unknown;
}

/** detailOf explains one object: what decided, what it waits for, what below it is not well. */
export function detailOf(
  diagnosis: Diagnosis,
  target: Target,
  nextOn: (command: string) => string,
): Detail {
  const verdict = verdictOf(diagnosis, target);
  const { because, evidence, nextRetry, state, key, standing } = verdict;
  const blamed = because
    .map((blame) => diagnosis.verdicts.get(blame))
    .filter((one) => one !== undefined);
  const unknown = because.filter((blame) => !diagnosis.verdicts.has(blame)).map(nameOf);
  const below = childrenOf(diagnosis, verdict);
  const row = rowOf(verdict);
  const cause = diagnosis.causes.find(
    ({ objects, affected }) => objects.includes(key) || affected.includes(key),
  );
  const next = standing === "ready" || cause === undefined ? undefined : nextOn(cause.next);
  const now = diagnosis.at;
  const sections: Section[] = [
    statusTable([row], now),
    {
      title: "State",
      lines: [
        `${states[state].name}: ${states[state].meaning}`,
        ...(standing === "ready" ? [] : [`tries again by itself: ${nextRetry}`]),
      ],
    },
    { title: "Decided by", lines: evidence.map(({ field, value }) => `${field} = ${value}`) },
    { title: "Because of", ...statusTable(blamed.map(rowOf), now), lines: unknown },
    { title: "Not ready below", ...statusTable(below.map(rowOf), now) },
    { lines: next === undefined ? [] : [`Next: ${next}`] },
  ];
  return {
    row,
    sections: sections.filter(
      ({ table, lines = [] }) => (table?.rows.length ?? 0) + lines.length > 0,
    ),
    json: {
      ...row,
      meaning: states[state].meaning,
      evidence,
      because: because.map(nameOf),
      notReadyBelow: below.map(({ key: child }) => nameOf(child)),
      nextRetry,
      next,
    },
  };
}

function verdictOf({ verdicts }: Diagnosis, target: Target): Verdict {
  const { kinds, namespace, name, text } = target;
  const found = kinds
    .map(({ kind }) => verdicts.get(keyFrom(kind, namespace, name)))
    .filter((verdict) => verdict !== undefined);
  const [only, ...others] = found;
  if (only === undefined) throw notFound(verdicts, target);
  if (others.length === 0) return only;
  const names = found.map(({ key }) => nameOf(key)).join(" and ");
  throw new Failure(`the name must mean one object, got "${text}", which is ${names}`, {
    details: ["Write the kind before it."],
  });
}

function notFound(verdicts: Diagnosis["verdicts"], { kinds, namespace, name }: Target): Failure {
  const wanted = `${namespace}/${name}`;
  const known = [...verdicts.keys()].filter((key) =>
    kinds.some(({ kind }) => key.startsWith(`${kind}/`)),
  );
  const meant = similar(
    wanted,
    known.map((key) => key.replace(/^[^/]+\//, "")),
  );
  const key = known.find((candidate) => candidate.endsWith(`/${meant ?? ""}`));
  return new Failure(`nothing that Flux reconciles is named "${wanted}"`, {
    ...(meant !== undefined && { details: [`Did you mean ${key ?? meant}?`] }),
    next: "npm run fleet -- status",
  });
}

function childrenOf({ verdicts }: Diagnosis, { object }: Verdict): Verdict[] {
  return inventoryOf(object)
    .map(({ kind, namespace, name }) => verdicts.get(keyFrom(kind, namespace, name)))
    .filter((child) => child !== undefined && child.standing !== "ready")
    .filter((child) => child !== undefined);
}
