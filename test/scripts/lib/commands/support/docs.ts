import type { TestContext } from "node:test";

import { commands } from "../../../../../scripts/lib/commands/commands.ts";
import {
  callText,
  type Command,
  exitTexts,
  globalOptions,
  type Options,
} from "../../../../../scripts/lib/commands/command.ts";
import { optionRows, wrapped } from "../../../../../scripts/lib/commands/help.ts";
import { snapshots } from "../../../../../scripts/lib/commands/restorable/snapshots.ts";
import { FluxInstance, OCIRepository } from "../../../../../scripts/lib/kinds.ts";
import {
  apps,
  becomesReady,
  cache,
  cart,
  fleetScene,
  notReady,
  readyNow,
  runAnswering,
  type Scene,
  source,
} from "./scene.ts";

/** What is run for the docs: the fleet of the docs' story, and what is typed on it. */
const shown: Readonly<Record<string, readonly (readonly string[])[]>> = {
  status: [["status"], ["status", "shop/cart"]],
  doctor: [["doctor", "--evidence"]],
  repair: [["repair", "--dry-run"]],
  reconcile: [["reconcile", "flux-system/apps", "--yes"]],
  suspend: [
    ["suspend", "hr/shop/cart", "--reason", "rolled back by hand, INC-42", "--by", "ann", "--yes"],
  ],
  resume: [["resume", "hr/shop/cache", "--yes"]],
  logs: [["logs", "--errors"]],
  history: [["history", "shop/cart"]],
  dr: [["dr"]],
  "destroy-plan": [["destroy-plan"]],
};

const width = 120;
/** A little longer ago, since the server's clock has a resolution of a second. */
const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000 - 20_000).toISOString();
const message = "Helm upgrade failed for release shop/cart: context deadline exceeded";

/** A fleet in which a release gave up and another is suspended. */
async function storyScene(test: TestContext): Promise<Scene> {
  const scene = await fleetScene(test);
  const { server } = scene;
  const since = (status: { conditions: readonly object[] }, hours: number) => ({
    ...status,
    conditions: status.conditions.map((one) => ({ ...one, lastTransitionTime: ago(hours) })),
  });
  const flux = { resource: FluxInstance, name: "flux", namespace: "flux-system" };
  const history = [
    { version: 3, status: "failed", chartVersion: "1.3.0", lastDeployed: ago(2.1) },
    { version: 2, status: "superseded", chartVersion: "1.2.0", lastDeployed: ago(50) },
  ];
  const common = { name: "cart", namespace: "shop", chartName: "app", appVersion: "7.4" };
  const gaveUp = notReady("UpgradeFailed", message);
  const stalled = { type: "Stalled", status: "True", reason: "RetriesExceeded" };
  server.merge(cart, {
    status: {
      ...since(gaveUp, 2),
      conditions: [
        ...since(gaveUp, 2).conditions,
        { ...stalled, message: "Failed to upgrade after 1 attempt(s)", observedGeneration: 1 },
      ],
      history: history.map((revision) => ({ ...common, ...revision })),
    },
  });
  const chart = { resource: OCIRepository, name: "chart", namespace: "shop" };
  for (const reference of [flux, source, chart, apps, { ...apps, name: "flux-system" }]) {
    server.merge(reference, { status: since(readyNow(1), 75) });
  }
  server.merge(cache, {
    spec: { suspend: true },
    metadata: {
      annotations: {
        "flux-bootstrap.dev/suspended-by": "bob",
        "flux-bootstrap.dev/suspended-reason": "disk is being resized",
        "flux-bootstrap.dev/suspended-at": ago(26),
      },
    },
  });
  server.logs.set("helm-controller-abc12", [
    JSON.stringify({
      level: "error",
      ts: ago(0.05),
      msg: "Reconciler error",
      controllerKind: "HelmRelease",
      namespace: "shop",
      name: "cart",
      error: "terminal error: exceeded maximum retries: cannot remediate failed release",
    }),
  ]);
  server.put(snapshots.resource, {
    metadata: { name: "cart-db-nightly", namespace: "shop" },
    spec: { source: { persistentVolumeClaimName: "data-cart-db-0" } },
    status: { readyToUse: true, creationTime: ago(7.1), restoreSize: "8Gi" },
  });
  server.missing.add("replicationsources").add("replicationdestinations").add("backups");
  runAnswering(server, becomesReady);
  return scene;
}

/** What the command prints in the story, without what differs from run to run. */
async function outputOf(test: TestContext, argv: readonly string[]): Promise<string> {
  const { server, fleet } = await storyScene(test);
  const { stdout, stderr } = await fleet(argv);
  const lines = `${stderr}\n${stdout}`
    .replaceAll(server.url, "https://prod.example:6443")
    .replaceAll("context fake", "context prod")
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z/g, "2026-01-31T08:00:00.000Z")
    .replaceAll(/\b\d\.\ds\b/g, "0.4s")
    .split("\n")
    .filter((line) => !line.startsWith("◎"));
  return lines.join("\n").replaceAll(/^\n+|\n+$/g, "");
}

const quoted = (word: string) => (word.includes(" ") ? `"${word}"` : word);

/** The part of docs/commands.md about one command. */
export async function sectionOf(test: TestContext, command: Command): Promise<string> {
  const { name, operands, summary, text, never, options, examples } = command;
  const outputs: string[] = [];
  for (const argv of shown[name] ?? []) {
    const typed = `$ ${callText} ${argv.map(quoted).join(" ")}`;
    outputs.push("```text", typed, await outputOf(test, argv), "```", "");
  }
  return [
    `## ${name}`,
    "",
    `${summary[0]?.toUpperCase() ?? ""}${summary.slice(1)}.`,
    "",
    `    ${callText} ${name} ${operands.usage}`.trimEnd(),
    "",
    ...wrapped(text.join(" "), "", width),
    "",
    ...wrapped(`Never: ${never}`, "", width),
    "",
    ...tableOf(options),
    ...examples.flatMap((example) => [`- \`${example.command}\`: ${example.text}`]),
    "",
    ...outputs,
  ].join("\n");
}

/** The part about what all commands share. */
export function generalSection(): string {
  const rows = commands.map(({ name, operands, summary }) => [
    `[${name}](#${name})`,
    `\`${`${name} ${operands.usage}`.trim()}\``,
    summary,
  ]);
  return [
    ...table(["command", "usage", "what it does"], rows),
    "## Options of every command",
    "",
    ...tableOf(globalOptions),
    "## Exit codes",
    "",
    ...table(
      ["code", "meaning"],
      exitTexts.map(([code, meaning]) => [String(code), meaning]),
    ),
  ].join("\n");
}

function tableOf(options: Options): string[] {
  if (Object.keys(options).length === 0) return [];
  const rows = optionRows(options).map(([usage, standard, text]) => [
    `\`${usage}\``,
    standard === "" ? "" : `\`${standard}\``,
    text,
  ]);
  return table(["option", "default", "what it is"], rows);
}

/** A table as the formatter of the project leaves it. */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const cells = rows.map((row) => row.map((cell) => cell.replaceAll(/[<>|]/g, String.raw`\$&`)));
  const widths = heads.map((head, index) =>
    Math.max(head.length, ...cells.map((row) => row[index]?.length ?? 0)),
  );
  const line = (row: readonly string[], fill = " ") =>
    `| ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0, fill)).join(" | ")} |`;
  const rule = line(
    heads.map(() => ""),
    "-",
  );
  return [line(heads), rule, ...cells.map((row) => line(row)), ""];
}
