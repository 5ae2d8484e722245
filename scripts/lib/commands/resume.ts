import { formatDuration } from "../log.ts";
import { displayName } from "../object.ts";
import { type Command, yesOption } from "./command.ts";
import { requireFlux } from "./connect.ts";
import { runJobs } from "./graph.ts";
import type { Cell, Outcome } from "./outcome.ts";
import { type RequestOutcome, requestReconcile } from "./request.ts";
import { requireToPatch } from "./rights.ts";
import type { Session } from "./session.ts";
import { describeSuspension, resumePatch, setByGit, suspensionOf } from "./suspension.ts";
import { findTarget, type Found, readTargets, type Target } from "./target.ts";

const atOnce = 8;

export const resume: Command = {
  name: "resume",
  summary: "go on reconciling a suspended object, and wait for it",
  operands: { usage: "NAME...", fewest: 1, most: 50 },
  options: yesOption,
  text: [
    "Removes spec.suspend and the record of who suspended it and why, asks for a reconciliation in the same patch, and waits",
    "until the object is Ready. Of what is not suspended nothing is written.",
  ],
  never: "it resumes nothing that is not named.",
  examples: [{ command: "resume hr/shop/cart", text: "What Git says holds again." }],
  prepare(input) {
    const targets = readTargets(input, input.operands);
    input.requireConsent();
    return (session) => resumeTargets(session, targets);
  },
};

interface Resumed {
  readonly object: string;
  readonly outcome: RequestOutcome | "not suspended";
  readonly seconds: number;
  readonly text: string;
}

async function resumeTargets(session: Session, targets: readonly Target[]): Promise<Outcome> {
  const { cluster, timeoutMilliseconds } = session;
  await requireFlux(cluster);
  const found = await Promise.all(targets.map((target) => findTarget(cluster, target)));
  const held = found.filter(({ object }) => suspensionOf(object) !== undefined);
  if (held.length > 0) {
    await requireToPatch(
      cluster,
      held.map(({ reference }) => reference),
    );
    const lines = held.map(
      ({ reference, object }) =>
        `resume ${displayName(reference)}, suspended ${describeSuspension(suspensionOf(object))}`,
    );
    await session.consent(lines);
  }
  const deadline = Date.now() + timeoutMilliseconds;
  const jobs = found.map((one) => ({
    key: displayName(one.reference),
    needs: [],
    run: () =>
      held.includes(one) ? resumeOne(session, one, deadline) : Promise.resolve(notSuspended(one)),
  }));
  const results = await runJobs(jobs, () => true, atOnce);
  return outcomeOf(results.flatMap((result) => ("done" in result ? [result.done] : [])));
}

async function resumeOne(
  { cluster, log, signal }: Session,
  { reference, object }: Found,
  deadline: number,
): Promise<Resumed> {
  const name = displayName(reference);
  const request = await requestReconcile(cluster, reference, {
    deadline,
    log,
    signal,
    patch: resumePatch,
  });
  const { outcome, seconds, text } = request;
  const git = setByGit(object) ? "Git sets spec.suspend too: change it there" : "";
  return { object: name, outcome, seconds, text: outcome === "ready" ? git : text };
}

function notSuspended({ reference }: Found): Resumed {
  const object = displayName(reference);
  return { object, outcome: "not suspended", seconds: 0, text: "nothing was written" };
}

function outcomeOf(resumed: readonly Resumed[]): Outcome {
  const rows = resumed.map(({ object, outcome, seconds, text }): Cell[] => [
    object,
    { text: outcome, style: outcome === "ready" ? "green" : "yellow" },
    seconds === 0 ? "" : formatDuration(seconds * 1000),
    text,
  ]);
  const well = resumed.every(({ outcome }) => outcome === "ready" || outcome === "not suspended");
  return {
    code: well ? 0 : 1,
    sections: [{ table: { columns: ["OBJECT", "OUTCOME", "TOOK", "MESSAGE"], rows } }],
    json: { objects: resumed },
  };
}
