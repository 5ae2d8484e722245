import { type Change, changesOf, type Kind } from "../plugin/changes.ts";
import type { Properties } from "../plugin/properties.ts";

/**
 * diff answers what changed from the old inputs to the new ones: property path to kind.
 *
 * Only a change of `triggers` as a whole replaces by itself. For a change inside of it (`triggers[0]`) the SDK's
 * Command asks the engine for the replacement, with `replaceOnChanges: ["triggers[*]"]`.
 */
export function diff(oldInputs: Properties, inputs: Properties): ReadonlyMap<string, Kind> {
  const own = Object.entries(inputs).filter(([name]) => name !== "version");
  const found = changesOf(oldInputs, Object.fromEntries(own));
  const triggers = found.get("triggers");
  if (triggers !== undefined) found.set("triggers", `${triggers as Change}_REPLACE`);
  return found;
}

/** keepIgnored puts the values of the state back for every input whose changes are ignored. */
export function keepIgnored(
  inputs: Properties,
  state: Properties,
  ignored: readonly string[],
): Properties {
  const kept = Object.entries(state).filter(([name]) => ignored.includes(name));
  return { ...inputs, ...Object.fromEntries(kept) };
}
