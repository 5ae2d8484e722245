import type { After, Blocker, DrainPlan, DrainStep, Volume } from "../drain/plan/drain-plan.ts";
import { formatDuration } from "../log.ts";
import { nameOf, plural } from "../report/text.ts";
import type { Cell, Section } from "./outcome.ts";

/** planSections show a plan: what goes when, then what that releases, what stays, and what is in the way. */
export function planSections(plan: DrainPlan): Section[] {
  const { steps, kept, blockers } = plan;
  return [
    { lines: [headOf(plan)] },
    ...filled("Order", ["STAGE", "OBJECT", "ABOUT", "WITH IT", "AFTER"], steps.map(stepRow)),
    ...filled("Addresses given back", ["ADDRESS", "OBJECT", "WITH"], steps.flatMap(addressRows)),
    ...filled("Volumes", ["DATA", "CLAIM", "SIZE", "VOLUME", "WITH"], volumeRows(steps)),
    ...filled(
      "Kept",
      ["OBJECT", "WHY"],
      kept.map(({ key, reason }) => [nameOf(key), reason]),
    ),
    ...filled("In the way", ["", "OBJECT", "PROBLEM"], blockers.map(blockerRow)),
    ...nextSection(blockers),
  ];
}

function headOf({ steps, blockers, estimateSeconds }: DrainPlan): Cell {
  if (steps.length === 0) return "nothing traces to the sync: a destroy removes nothing of Flux";
  const stages = new Set(steps.map(({ stage }) => stage)).size;
  const addresses = steps.flatMap((step) => step.addresses).length;
  const lost = steps.flatMap(({ volumes }) => volumes.filter(isLost));
  const refusals = blockers.filter(({ refuses }) => refuses).length;
  const text = [
    `${plural(steps.length, "step")} in ${plural(stages, "stage")}, about ${seconds(estimateSeconds)}`,
    ...(addresses === 0
      ? []
      : [`${plural(addresses, "address").replace(/ss(s)$/, "sses")} given back`]),
    lost.length === 0 ? "no data is lost" : `the data of ${plural(lost.length, "volume")} is lost`,
    ...(refusals === 0 ? [] : [`a destroy refuses to begin`]),
  ].join("; ");
  return refusals > 0 ? { text, style: "red" } : text;
}

function filled(title: string, columns: readonly string[], rows: readonly Cell[][]): Section[] {
  return rows.length === 0 ? [] : [{ title, table: { columns, rows } }];
}

function stepRow({ key, stage, suspended, ...step }: DrainStep): Cell[] {
  const objects = plural(step.inventory.length, "object");
  return [
    String(stage),
    suspended ? `${nameOf(key)} (suspended)` : nameOf(key),
    seconds(step.estimateSeconds),
    step.deletedSuspended ? "nothing" : objects,
    afterText(step.after),
  ];
}

const mostReasons = 3;

/** One of each reason first: `HelmRelease/shop/cart (dependsOn), … and 4 more`. */
function afterText(after: readonly After[]): string {
  const first = new Map(after.toReversed().map((one) => [one.because, one]));
  const shown = [...first.values()].reverse().slice(0, mostReasons);
  const names = shown.map(({ key, because }) => `${nameOf(key)} (${because})`);
  const more = after.length - shown.length;
  return `${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function addressRows({ key, addresses }: DrainStep): Cell[][] {
  return addresses.map(({ kind, namespace, name, hosts, madeFor }) => {
    const by = madeFor === undefined ? "" : ` (for ${nameOf(madeFor)})`;
    const address = hosts.length === 0 ? "none yet" : hosts.join(" ");
    return [address, `${kind}/${namespace}/${name}${by}`, nameOf(key)];
  });
}

/** What loses data first. */
function volumeRows(steps: readonly DrainStep[]): Cell[][] {
  const all = steps.flatMap(({ key, volumes }) => volumes.map((volume) => ({ key, volume })));
  const lost = all.filter(({ volume }) => isLost(volume));
  const kept = all.filter(({ volume }) => !isLost(volume));
  return [...lost, ...kept].map(({ key, volume }) => [
    isLost(volume) ? { text: "lost", style: "red" } : { text: "kept", style: "green" },
    `${volume.namespace}/${volume.name}`,
    volume.size,
    volume.volume ?? "not bound",
    nameOf(key),
  ]);
}

function isLost({ fate, goesWithCluster }: Volume): boolean {
  return fate === "deleted" || goesWithCluster === true;
}

function blockerRow({ key, problem, refuses }: Blocker): Cell[] {
  return [
    refuses ? { text: "refuses", style: "red" } : { text: "may hold", style: "yellow" },
    nameOf(key),
    problem,
  ];
}

/** The commands stand below their table, uncut: they are for copying. */
function nextSection(blockers: readonly Blocker[]): Section[] {
  const commands = [...new Set(blockers.map(({ next }) => next))];
  return commands.length === 0 ? [] : [{ title: "Next", code: commands }];
}

/** Estimates are whole seconds. */
function seconds(count: number): string {
  return count < 60 ? `${count}s` : formatDuration(count * 1000);
}
