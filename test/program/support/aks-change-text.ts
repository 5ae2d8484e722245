import type { AksFlip } from "./aks-flips.ts";
import type { Effect, Effects } from "./effects.ts";

type Phrase = readonly [resource: RegExp, effect: Effect, text: string];

const clusterName = "cluster-control-plane-cluster";
const pool = /^cluster-pools-/;
const identity =
  /^cluster-(?!managed-identity|logs|access|control|network|pools|group).*-identity$/;

/** What a person sees of an effect, the most important first. */
const phrases: readonly Phrase[] = [
  [new RegExp(`^${clusterName}$`), "update", "changes the cluster in place"],
  [/^azure$/, "update", "changes the login"],
  [/^cluster-ready$/, "update", "changes the login"],
  [pool, "create", "adds nodes"],
  [pool, "replace", "replaces nodes, the old ones first"],
  [pool, "delete", "removes nodes"],
  [pool, "update", "changes the pool in place"],
  [/^cluster-network-nat$/, "create", "makes a NAT gateway"],
  [/^cluster-access-[0-9a-f-]+$/, "create", "lets somebody in"],
  [/^cluster-access-.*-pull$/, "create", "lets nodes pull"],
  [/-window$/, "update", "moves the window"],
  [/^cluster-logs-setting$/, "update", "sends logs elsewhere"],
  [/^cluster-logs-workspace$/, "delete", "deletes the workspace"],
  [/^cluster-logs-workspace$/, "update", "changes the workspace in place"],
  [identity, "create", "makes an identity"],
  [identity, "delete", "deletes an identity"],
  [/-credential$/, "update", "changes who may take the identity"],
  [/-credential$/, "replace", "changes who may take the identity"],
];

/** aksChangeText is the cell "a change" of a setting, made of what its flips do. */
export function aksChangeText(flips: readonly AksFlip[]): string {
  return flips
    .map(({ what, effects, instead }) => {
      const text = instead ?? effectsText(effects);
      return what === undefined ? text : `${what}: ${text}`;
    })
    .join("; ");
}

function effectsText(effects: Effects): string {
  // With it goes everything in it, so that nothing else is worth a word.
  const goes = [clusterName, "cluster-network-virtual"].some((name) => effects[name] === "replace");
  if (goes) return "**replaces the cluster**";
  const entries = Object.entries(effects);
  const found = phrases.filter(([resource, wanted]) =>
    entries.some(([name, effect]) => effect === wanted && resource.test(name)),
  );
  const texts = new Set(found.map(([, , text]) => text));
  if (texts.size > 0) return [...texts].join(", ");
  return entries.length === 0 ? "touches nothing" : "in place, restarts nothing";
}
