import { Failure } from "../failure.ts";
import { Namespace } from "../kinds.ts";
import type { KubernetesObject } from "../object.ts";
import { type AdoptsDocument, ownerIn } from "../owner.ts";
import { plural } from "../report/text.ts";
import type { DrainOptions } from "./input.ts";

/**
 * requireOwn rejects when another stack, or another state of this one, holds the cluster by now: Pulumi would go on and
 * delete by name what that one uses.
 */
export async function requireOwn({
  connection: { cluster, namespace },
  owner,
}: Pick<DrainOptions, "connection" | "owner">): Promise<void> {
  if (owner === undefined) return;
  const reference = { resource: Namespace, name: namespace };
  const holder = ownerIn((await cluster.get<KubernetesObject>(reference))?.metadata.annotations);
  if (holder === undefined || holder.id === owner) return;
  throw new Failure(
    `the cluster must be held by this stack to be destroyed by it, got owner ${holder.id}, made by ${holder.by} at ` +
      `${holder.since}, who took it over. Nothing was touched. Make this stack forget it`,
    { next: "pulumi stack rm --force --preserve-config STACK" },
  );
}

/** keptSync says why nothing is drained where Flux reconciled that source before the stack came; else undefined. */
export function keptSync(adopts: AdoptsDocument | undefined): string | undefined {
  if (adopts?.sync !== true) return undefined;
  return `Flux reconciled this source before the stack came: nothing was touched. ${keptText(adopts)}`;
}

/** keptText lists what was there before the stack; of the kinds of Flux only how many they are. */
export function keptText({ objects }: AdoptsDocument): string {
  const named = objects.filter((name) => !name.startsWith("CustomResourceDefinition/"));
  const kinds = objects.length - named.length;
  const list = [...named, ...(kinds === 0 ? [] : [plural(kinds, "CustomResourceDefinition")])];
  return `Kept, because it was there before: ${list.join(", ")}`;
}

/** keepsFlux tells whether Flux itself stays, so that what a person applied with it loses nothing. */
export function keepsFlux(adopts: AdoptsDocument | undefined): boolean {
  const flux = /^(FluxInstance|Deployment|CustomResourceDefinition)\//;
  return adopts?.objects.some((name) => flux.test(name)) === true;
}
