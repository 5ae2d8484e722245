import type { Effect, Effects } from "./effects.ts";
import type { EksFlip } from "./eks-flips.ts";

type Phrase = readonly [resource: RegExp, effect: Effect, text: string];

const nodes = /^cluster-nodes-.*(group|\*)$/;

/** What a person sees of an effect, the most important first. */
const phrases: readonly Phrase[] = [
  [/^cluster-control-plane-cluster$/, "update", "changes the control plane in place"],
  [nodes, "create", "adds nodes"],
  [nodes, "replace", "replaces nodes, the new ones first"],
  [nodes, "delete", "removes nodes"],
  [nodes, "update", "changes the node group in place"],
  [/^cluster-nodes-.*-template$/, "update", "rolls the nodes"],
  [/^cluster-network-nat-/, "delete", "removes NAT gateways and changes routes"],
  [/^cluster-network-.*-eu-central-1c/, "create", "adds subnets"],
  [/^cluster-access-/, "create", "lets somebody in"],
  [/coredns$/, "update", "upgrades the add-on"],
  [/^cluster-identities-/, "create", "makes a role"],
  [/^cluster-identities-/, "delete", "deletes a role"],
  [/^cluster-identities-.*-association$/, "replace", "gives the role to another ServiceAccount"],
  [/^cluster-identities-.*-policy$/, "update", "changes what the role may"],
  [/^cluster-ready$/, "update", "changes the login"],
];

/** eksChangeText is the cell "a change" of a setting, made of what its flips do. */
export function eksChangeText(flips: readonly EksFlip[]): string {
  return flips
    .map(({ what, effects, but }) => {
      const text = but ?? effectsText(effects);
      return what === undefined ? text : `${what}: ${text}`;
    })
    .join("; ");
}

function effectsText(effects: Effects): string {
  // With it goes everything in it, so that nothing else is worth a word.
  if (effects["cluster-control-plane-cluster"] === "replace") return "**replaces the cluster**";
  const entries = Object.entries(effects);
  const found = phrases.filter(([resource, wanted]) =>
    entries.some(([name, effect]) => effect === wanted && resource.test(name)),
  );
  if (found.length > 0) return found.map(([, , text]) => text).join(", ");
  return entries.length === 0 ? "touches nothing" : "in place, restarts nothing";
}
