import { Failure } from "../failure.ts";
import { formatDuration } from "../log.ts";
import { displayName, type Reference } from "../object.ts";
import { chainOf, childrenOf, type Link, usersOf } from "./chain.ts";
import { type Command, yesOption } from "./command.ts";
import { requireFlux } from "./connect.ts";
import { thawBefore } from "./frozen.ts";
import { type JobResult, runJobs } from "./graph.ts";
import type { Cell, Outcome } from "./outcome.ts";
import { type Request, type RequestOutcome, requestReconcile } from "./request.ts";
import { revisionOf } from "./revision.ts";
import { requireToPatch } from "./rights.ts";
import type { Session } from "./session.ts";
import { describeSuspension, suspensionOf } from "./suspension.ts";
import { findTarget, type Found, readTargets, type Target } from "./target.ts";

/** How many objects are asked at once: more would only wait in the queues of the controllers. */
const atOnce = 8;

export const reconcile: Command = {
  name: "reconcile",
  summary: "ask for a reconciliation now, source first, and wait for it",
  operands: { usage: "NAME...", fewest: 1, most: 50 },
  options: {
    "all-below": {
      type: "boolean",
      text: "Then also the Kustomizations and HelmReleases below, in the order of their dependencies.",
    },
    ...yesOption,
  },
  text: [
    "Fetches the object's source first, then its chart, then the object itself, and waits until each controller has",
    "handled the request and the object is Ready. A NAME is kind/namespace/name or namespace/name.",
  ],
  never: "it resumes nothing, forces nothing, resets nothing. A suspended object is refused.",
  examples: [
    { command: "reconcile flux-system/apps", text: "What was just pushed to Git, now." },
    {
      command: "reconcile ks/flux-system/flux-system --all-below --yes",
      text: "Everything, without asking first.",
    },
  ],
  prepare(input) {
    const targets = readTargets(input, input.operands);
    const allBelow = input.flag("all-below");
    input.requireConsent();
    return (session) => reconcileTargets(session, targets, allBelow);
  },
};

/** What came of one object. */
export interface Reconciled {
  readonly object: string;
  readonly outcome: RequestOutcome | "skipped" | "suspended";
  readonly seconds: number;
  readonly revision: string;
  readonly text: string;
}

async function reconcileTargets(
  session: Session,
  targets: readonly Target[],
  allBelow: boolean,
): Promise<Outcome> {
  const { cluster, timeoutMilliseconds } = session;
  await requireFlux(cluster);
  await thawBefore(session);
  const found = await Promise.all(targets.map((target) => findTarget(cluster, target)));
  refuse(found);
  const chains = await Promise.all(found.map((one) => chainOf(cluster, one)));
  const links = distinct(chains.flat());
  const { going, held } = split(links);
  await requireToPatch(cluster, referencesOf(going));
  const names = going.map(({ reference }) => displayName(reference)).join(", ");
  await session.consent([`reconcile ${names}${allBelow ? ", then all below" : ""}`]);
  const deadline = Date.now() + timeoutMilliseconds;
  const results = [...held, ...(await ask(session, going, deadline))];
  if (allBelow) results.push(...(await reconcileBelow(session, found, { deadline, results })));
  return outcomeOf(session, results);
}

function referencesOf(links: readonly Found[]): Reference[] {
  return links.map(({ reference }) => reference);
}

/** Names every target that must not be asked, all at once. */
function refuse(found: readonly Found[]): void {
  const problems = found.flatMap(({ reference, object }) => {
    const name = displayName(reference);
    const suspension = suspensionOf(object);
    if (suspension !== undefined) {
      const text = `${name} is suspended (${describeSuspension(suspension)})`;
      return [{ text, next: `npm run fleet -- resume ${name}` }];
    }
    if (object.metadata.deletionTimestamp === undefined) return [];
    const next = `kubectl get ${reference.resource.plural} -n ${reference.namespace ?? ""} ${reference.name} -o yaml`;
    return [{ text: `${name} is being deleted`, next }];
  });
  const [first, ...others] = problems;
  if (first === undefined) return;
  throw new Failure(`${first.text}: nothing was asked`, {
    details: others.map(({ text }) => text),
    next: first.next,
  });
}

function distinct(links: readonly Link[]): Link[] {
  const byName = new Map<string, Link>();
  for (const link of links) {
    const name = displayName(link.reference);
    const needs = [...(byName.get(name)?.needs ?? []), ...link.needs];
    byName.set(name, { ...link, needs: [...new Set(needs)] });
  }
  return [...byName.values()];
}

/** A suspended source keeps the artifact it has, and a suspended child stays as it is. */
function split(links: readonly Link[]): { going: Link[]; held: Reconciled[] } {
  const going = links.filter(({ object }) => suspensionOf(object) === undefined);
  const held = links
    .filter((link) => !going.includes(link))
    .map(({ reference, object }) => ({
      object: displayName(reference),
      outcome: "suspended" as const,
      seconds: 0,
      revision: revisionOf(object),
      text: describeSuspension(suspensionOf(object)),
    }));
  return { going, held };
}

async function ask(
  session: Session,
  links: readonly Link[],
  deadline: number,
): Promise<Reconciled[]> {
  const { cluster, log, signal } = session;
  const jobs = links.map(({ reference, needs }) => ({
    key: displayName(reference),
    needs,
    run: () => requestReconcile(cluster, reference, { deadline, log, signal }),
  }));
  const results = await runJobs(jobs, ({ outcome }) => outcome === "ready", atOnce);
  return results.map(reconciled);
}

function reconciled(result: JobResult<Request>): Reconciled {
  const { key } = result;
  if ("because" in result) {
    const { because } = result;
    const text =
      because === key ? "its dependencies form a cycle" : `${because} did not become Ready`;
    return { object: key, outcome: "skipped", seconds: 0, revision: "", text };
  }
  const { outcome, text, seconds, object } = result.done;
  const revision = object === undefined ? "" : revisionOf(object);
  return { object: key, outcome, seconds, revision, text: outcome === "ready" ? "" : text };
}

interface Descent {
  readonly deadline: number;
  readonly results: readonly Reconciled[];
}

/** Level by level: what the objects above have applied is known only after they did. */
async function reconcileBelow(
  session: Session,
  found: readonly Found[],
  { deadline, results }: Descent,
): Promise<Reconciled[]> {
  const { cluster } = session;
  const below: Reconciled[] = [];
  const known = new Set(found.map(({ reference }) => displayName(reference)));
  let level = readyOnes(found, results);
  while (level.length > 0) {
    const children = distinct((await Promise.all(level.map((one) => under(session, one)))).flat());
    const fresh = children.filter(({ reference }) => !known.has(displayName(reference)));
    for (const { reference } of fresh) known.add(displayName(reference));
    const { going, held } = split(fresh);
    await requireToPatch(cluster, referencesOf(going));
    const asked = await ask(session, going, deadline);
    below.push(...held, ...asked);
    level = readyOnes(going, asked);
  }
  return below;
}

function readyOnes(links: readonly Found[], results: readonly Reconciled[]): Found[] {
  const ready = new Set(
    results.filter(({ outcome }) => outcome === "ready").map(({ object }) => object),
  );
  return links.filter(({ reference }) => ready.has(displayName(reference)));
}

async function under({ cluster }: Session, { reference, object }: Found): Promise<Link[]> {
  const { kind } = reference.resource;
  if (kind !== "Kustomization") return kind === "HelmRelease" ? [] : usersOf(cluster, object);
  const now = await cluster.get(reference);
  return now === undefined ? [] : childrenOf(cluster, now);
}

const styles = { ready: "green", suspended: "cyan", skipped: "yellow" } as const;

function outcomeOf({ next }: Session, results: readonly Reconciled[]): Outcome {
  const rows = results.map(({ object, outcome, seconds, revision, text }): Cell[] => [
    object,
    { text: outcome, style: outcome in styles ? styles[outcome as keyof typeof styles] : "red" },
    seconds === 0 ? "" : formatDuration(seconds * 1000),
    revision,
    text,
  ]);
  const well = results.every(({ outcome }) => outcome === "ready" || outcome === "suspended");
  const columns = ["OBJECT", "OUTCOME", "TOOK", "REVISION", "MESSAGE"];
  return {
    code: well ? 0 : 1,
    sections: [
      { table: { columns, rows } },
      ...(well ? [] : [{ lines: [`Next: ${next("npm run fleet -- doctor")}`] }]),
    ],
    json: { objects: results },
  };
}
