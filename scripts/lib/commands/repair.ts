import { HelmRelease } from "../kinds.ts";
import type { RepairOptions, RepairResult } from "../repair/repair.ts";
import { findingsOf } from "../report/findings.ts";
import { nameOf } from "../report/text.ts";
import { type Key, keyFrom } from "../tree/owner.ts";
import { type Command, yesOption } from "./command.ts";
import { requireFlux } from "./connect.ts";
import { thawBefore } from "./frozen.ts";
import { findingsSection, withNext } from "./findings-section.ts";
import type { Input } from "./input.ts";
import type { Cell, Outcome, Section } from "./outcome.ts";
import type { Session } from "./session.ts";
import { findTarget, readTargets, type Target, targetKinds } from "./target.ts";

export const repair: Command = {
  name: "repair",
  summary: "do the one thing that helps each stuck object, and verify it",
  operands: { usage: "[NAME]", fewest: 0, most: 1 },
  options: {
    "dry-run": { type: "boolean", text: "Say what would be done, and write nothing." },
    reset: {
      type: "boolean",
      text: "With a NAME: set the failure counters of that HelmRelease back, whatever its state.",
    },
    force: {
      type: "boolean",
      text: "With a NAME: one forced upgrade of that HelmRelease, whatever its state.",
    },
    "fix-pods": {
      type: "string",
      value: "MODE",
      default: "off",
      text: "off, safe or all: also delete pods that a new one may mend, at most five.",
    },
    timeout: {
      type: "string",
      value: "DURATION",
      default: "10m",
      text: "How long the whole repair may take.",
    },
    ...yesOption,
  },
  text: [
    "Goes bottom-up, sources first, and touches only what nothing else explains: one patch with one fresh token an object, at",
    "most three a run and a minute apart, verified by the handled token and by the effect. A queue is told from a stuck object",
    "and left alone. A second run on a healthy fleet writes nothing.",
  ],
  never:
    "it resumes nothing, strips no finalizer, deletes no HelmRelease and no Helm Secret, and does not force a healthy release.",
  examples: [
    { command: "repair --dry-run", text: "What it would do." },
    { command: "repair", text: "Do it, after a look at the list." },
    { command: "repair hr/shop/cart --reset --yes", text: "One release that is out of retries." },
  ],
  prepare(input) {
    const action = actionOf(input);
    const kinds = action === undefined ? targetKinds : [HelmRelease];
    const [target] = readTargets(input, input.operands, kinds);
    const mode = input.choice("fix-pods", ["off", "safe", "all"]);
    const dryRun = input.flag("dry-run");
    if (!dryRun) input.requireConsent();
    const asks = !dryRun && !input.flag("yes");
    return (session) => perform(session, { target, action, mode, dryRun, asks });
  },
};

type Asked = NonNullable<RepairOptions["action"]>;

interface Wanted {
  readonly target: Target | undefined;
  readonly action: Asked | undefined;
  readonly mode: "off" | "safe" | "all";
  readonly dryRun: boolean;
  /** Whether a person looks at the list first. */
  readonly asks: boolean;
}

function actionOf(input: Input): Asked | undefined {
  input.exclude("reset", "force");
  const action = (["reset", "force"] as const).find((name) => input.flag(name));
  if (action !== undefined && input.operands.length === 0) {
    input.problem(`--${action} must come with a NAME, got none. Name the one HelmRelease.`);
  }
  return action;
}

async function perform(session: Session, wanted: Wanted): Promise<Outcome> {
  const { cluster, log, signal } = session;
  const { target, dryRun, asks, mode } = wanted;
  await requireFlux(cluster);
  if (!dryRun) await thawBefore(session);
  const { repairFleet } = await import("../repair/repair.ts");
  const only = target === undefined ? undefined : await keyOf(session, target);
  const options = optionsOf(session, wanted, only);
  if (asks) {
    const plan = await repairFleet(cluster, { ...options, dryRun: true }, { log, signal });
    const writes = await writesOf(plan, wanted);
    if (writes.length === 0) return outcomeOf(session, plan, []);
    await session.consent(writes);
  }
  const result = await repairFleet(cluster, { ...options, dryRun }, { log, signal });
  return outcomeOf(session, result, mode === "off" ? [] : [await fixPods(session, wanted)]);
}

function optionsOf(
  { namespace: fluxNamespace, timeoutMilliseconds }: Session,
  { action }: Wanted,
  only: Key | undefined,
): Omit<RepairOptions, "dryRun"> {
  return {
    fluxNamespace,
    ...(only !== undefined && { only }),
    ...(action !== undefined && { action }),
    limits: { deadlineMilliseconds: timeoutMilliseconds },
  };
}

/** What the plan would write, one line each; empty when nothing. */
async function writesOf(plan: RepairResult, { target, mode }: Wanted): Promise<string[]> {
  const { unprovenComponents } = await import("../repair/probe.ts");
  const unproven = unprovenComponents(plan.diagnosis, new Map());
  const { length } = plan.records;
  return [
    ...(length === 0 ? [] : [`repair ${length} ${length === 1 ? "object" : "objects"}`]),
    ...(target !== undefined || unproven.length === 0
      ? []
      : [`ask ${unproven.join(", ")} with canaries whether they work`]),
    ...(mode === "off" ? [] : [`delete pods in trouble (${mode})`]),
  ];
}

async function keyOf({ cluster }: Session, target: Target): Promise<Key> {
  const { reference } = await findTarget(cluster, target);
  return keyFrom(reference.resource.kind, reference.namespace, reference.name);
}

async function fixPods(session: Session, { mode, dryRun }: Wanted): Promise<Section> {
  const { cluster, namespace: fluxNamespace, log, signal } = session;
  const { scan } = await import("../fleet/scan.ts");
  const pods = await import("../pods/fix.ts");
  const snapshot = await scan(cluster, { fluxNamespace, signal });
  const { records } = await pods.fixPods(cluster, snapshot, { mode, dryRun }, { log, signal });
  const rows = records.map(({ key, problem, outcome, text }) => [
    nameOf(key),
    problem,
    outcome,
    text,
  ]);
  const columns = ["POD", "PROBLEM", "OUTCOME", "MESSAGE"];
  return { title: "Pods", ...(rows.length > 0 && { table: { columns, rows } }) };
}

const good: readonly string[] = ["effective", "planned"];

async function outcomeOf(
  { next }: Session,
  result: RepairResult,
  more: readonly Section[],
): Promise<Outcome> {
  const { records, planned, diagnosis, stuck } = result;
  const rows = records.map(({ key, action, outcome, text }): Cell[] => [
    nameOf(key),
    action,
    { text: outcome, style: good.includes(outcome) ? "green" : "yellow" },
    text,
  ]);
  const columns = ["OBJECT", "ASKED FOR", "OUTCOME", "VERIFIED BY"];
  const findings = withNext(findingsOf({ diagnosis }), next);
  const advice = planned.filter(({ disposition }) => disposition === "advice");
  return {
    code: stuck ? 1 : 0,
    sections: [
      rows.length > 0 ? { table: { columns, rows } } : { lines: ["nothing to repair"] },
      ...more,
      { title: "Not touched", lines: advice.map(({ key, why }) => `${nameOf(key)}: ${why}`) },
      await findingsSection(findings, false),
    ],
    json: {
      repairs: records.map(({ key, ...record }) => ({ object: nameOf(key), ...record })),
      notTouched: advice.map(({ key, why }) => ({ object: nameOf(key), why })),
      left: findings.causes,
    },
  };
}
