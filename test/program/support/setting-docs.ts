import type { Effect, Effects } from "./effects.ts";
import type { Flip } from "./flip.ts";
import { ownPages } from "./setting-keys.ts";

type Phrase = readonly [resource: string, effect: Effect, text: string];

function secretPhrases(noun: string): readonly Phrase[] {
  const name = `flux-credentials-${noun}`;
  return [
    [name, "create", "makes the Secret"],
    [name, "update", "updates the Secret"],
    [name, "delete", "deletes the Secret"],
  ];
}

/** What a person sees of an effect, the most important first. */
const phrases: readonly Phrase[] = [
  ["flux-operator-release", "update", "upgrades flux-operator"],
  ...["source", "ssh", "github-app", "registry", "bucket"].flatMap(secretPhrases),
  ["flux-credentials-deploy-key", "create", "makes a key in the cluster"],
  ["flux-credentials-deploy-key", "update", "replaces the key in its Secret"],
  ["flux-credentials-deploy-key", "delete", "deletes the key"],
  ...secretPhrases("age"),
  ["flux-instance-object", "update", "restarts the controllers that differ"],
  ["flux-sync-patch", "update", "changes the sync in place"],
  ["prerequisite-first-configmap-default-first", "create", "makes it"],
  ["prerequisite-first-configmap-default-first", "delete", "deletes it"],
  ["gate-secrets-ready-script", "create", "watches for what is added"],
];

const again: readonly Phrase[] = [
  ["reconcile-gate-script", "replace", "the gate"],
  ["flux-sync-probe", "replace", "the probe"],
  ["post-bootstrap-script", "replace", "post-bootstrap"],
];

/** changeText is the cell "a change" of a setting, made of what its flips do. */
export function changeText(flips: readonly Flip[]): string {
  return flips
    .map(({ what, effects, refused, but }) => {
      const text =
        refused === true ? "refused" : [effectsText(effects), but ?? []].flat().join("; ");
      return what === undefined ? text : `${what}: ${text}`;
    })
    .join("; ");
}

function effectsText(effects: Effects): string {
  const found = (list: readonly Phrase[]) =>
    list.filter(([name, effect]) => effects[name] === effect).map(([, , text]) => text);
  const runs = found(again);
  const parts = [...found(phrases), ...(runs.length === 0 ? [] : [`runs ${listed(runs)} again`])];
  if (parts.length > 0) return parts.join(", ");
  return Object.keys(effects).length === 0 ? "touches nothing" : "in place, runs nothing";
}

function listed(words: readonly string[]): string {
  return words.length < 2
    ? words.join("")
    : `${words.slice(0, -1).join(", ")} and ${words.at(-1) ?? ""}`;
}

const row = /^\| `([^`]+)` +\|.*\|$/;

/**
 * withChanges is the document with a last column "a change" in every table of settings, whose first column is headed "key".
 * `textOf` is undefined for a setting that has no flip; an object refers to its own table.
 */
export function withChanges(document: string, textOf: (key: string) => string | undefined): string {
  let table: "settings" | "another" | undefined;
  const lines = document.split("\n").map((line) => {
    if (!line.startsWith("|")) {
      table = undefined;
      return line;
    }
    const isHead = table === undefined;
    if (isHead) table = /^\| key +\|/.test(line) ? "settings" : "another";
    if (table === "another") return line;
    if (isHead) return withCell(line, "a change");
    const [, key] = row.exec(line) ?? [];
    return withCell(line, key === undefined ? "---" : (textOf(key) ?? elsewhere(key)));
  });
  return lines.join("\n");
}

function elsewhere(key: string): string {
  return ownPages.includes(key) ? "see there" : "see below";
}

function withCell(line: string, text: string): string {
  const cells = line.slice(2, -2).split(" | ");
  return `| ${[...cells.slice(0, -1), text].join(" | ")} |`;
}
