import { hostname, userInfo } from "node:os";

import { displayName } from "../object.ts";
import { ageSince } from "./age.ts";
import { type Command, yesOption } from "./command.ts";
import { requireFlux } from "./connect.ts";
import type { Input } from "./input.ts";
import type { Cell, Outcome } from "./outcome.ts";
import { requireToPatch } from "./rights.ts";
import type { Session } from "./session.ts";
import { describeSuspension, setByGit, suspendPatch, suspensionOf } from "./suspension.ts";
import { findTarget, type Found, readTargets, type Target } from "./target.ts";

const longestReason = 500;

export const suspend: Command = {
  name: "suspend",
  summary: "stop reconciling an object, recording who and why",
  operands: { usage: "NAME...", fewest: 1, most: 50 },
  options: {
    reason: {
      type: "string",
      value: "TEXT",
      text: "Why, for whoever finds it suspended. Required. Never put a secret here.",
    },
    by: {
      type: "string",
      value: "WHO",
      text: "Who. Without it: the user and the name of this machine.",
    },
    ...yesOption,
  },
  text: [
    "Sets spec.suspend and three annotations, flux-bootstrap.dev/suspended-by, -reason and -at, in one patch. status shows",
    "them with their age until someone resumes the object.",
  ],
  never:
    "it suspends nothing below: what a suspended Kustomization has applied goes on reconciling.",
  examples: [
    {
      command: 'suspend hr/shop/cart --reason "rolled back by hand, INC-42"',
      text: "Helm may now be used by hand on that release.",
    },
  ],
  prepare(input) {
    const targets = readTargets(input, input.operands);
    const reason = readReason(input);
    const by = input.text("by") ?? thisUser(process.env);
    input.requireConsent();
    return (session) => suspendTargets(session, targets, { reason, by });
  },
};

function readReason(input: Input): string {
  const reason = (input.text("reason") ?? "").trim();
  if (reason === "") {
    input.problem('--reason must say why, got nothing. Such as: --reason "until INC-42 is solved"');
  }
  if (reason.length > longestReason) {
    input.problem(
      `--reason must be at most ${longestReason} letters, got ${reason.length}. Shorten it.`,
    );
  }
  return reason;
}

/** A user without an entry in the password file has no name but what the environment says. */
function thisUser(variables: NodeJS.ProcessEnv): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return `${variables["USER"] ?? "unknown"}@${hostname()}`;
  }
}

async function suspendTargets(
  session: Session,
  targets: readonly Target[],
  record: { readonly reason: string; readonly by: string },
): Promise<Outcome> {
  const { cluster } = session;
  await requireFlux(cluster);
  const found = await Promise.all(targets.map((target) => findTarget(cluster, target)));
  const fresh = found.filter(({ object }) => suspensionOf(object) === undefined);
  if (fresh.length > 0) {
    await requireToPatch(
      cluster,
      fresh.map(({ reference }) => reference),
    );
    const names = fresh.map(({ reference }) => displayName(reference)).join(", ");
    await session.consent([`suspend ${names}: ${record.reason} (${record.by})`]);
  }
  const rows: (readonly [name: string, outcome: SuspendOutcome, text: string])[] = [];
  for (const one of found) {
    const name = displayName(one.reference);
    rows.push([
      name,
      ...(fresh.includes(one) ? await write(session, one, record) : known(session, one)),
    ]);
  }
  return outcomeOf(rows);
}

type SuspendOutcome = "suspended" | "was suspended" | "gone";

async function write(
  { cluster, log }: Session,
  { reference, object }: Found,
  record: { readonly reason: string; readonly by: string },
): Promise<[SuspendOutcome, string]> {
  const at = new Date(cluster.now()).toISOString();
  const patched = await cluster.patch(reference, suspendPatch({ ...record, at }));
  const name = displayName(reference);
  if (patched === undefined) {
    log.fail(`${name} was deleted meanwhile`);
    return ["gone", "it was deleted meanwhile"];
  }
  log.done(`${name} suspended`);
  if (!setByGit(object)) return ["suspended", record.reason];
  return [
    "suspended",
    "Git sets spec.suspend too and will put its own value back: change it there",
  ];
}

function known({ cluster }: Session, { object }: Found): [SuspendOutcome, string] {
  const suspension = suspensionOf(object);
  const since =
    suspension?.at === undefined ? "" : `, ${ageSince(suspension.at, cluster.now())} ago`;
  return ["was suspended", `${describeSuspension(suspension)}${since}; nothing was written`];
}

function outcomeOf(rows: readonly (readonly [string, SuspendOutcome, string])[]): Outcome {
  const cells = rows.map(([name, outcome, text]): Cell[] => [
    name,
    { text: outcome, style: outcome === "gone" ? "red" : "cyan" },
    text,
  ]);
  return {
    code: rows.some(([, outcome]) => outcome === "gone") ? 1 : 0,
    sections: [{ table: { columns: ["OBJECT", "OUTCOME", "MESSAGE"], rows: cells } }],
    json: { objects: rows.map(([object, outcome, text]) => ({ object, outcome, text })) },
  };
}
