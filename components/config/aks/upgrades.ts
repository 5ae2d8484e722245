import type { Fields } from "../fields.ts";
import { count, oneOf, pattern } from "../rules.ts";
import type { AksUpgradesConfig } from "./types.ts";

const day = oneOf("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");

const clock = pattern(/^([01]\d|2[0-3]):[0-5]\d$/, "be a time of day such as 02:00", "02:00");

/** Reads what AKS upgrades by itself, and when. A window of less than four hours is none to AKS. */
export function readUpgrades(aks: Fields): AksUpgradesConfig {
  const fields = aks.object("upgrades");
  const upgrades = {
    channel: fields.value("channel", oneOf("patch", "stable", "rapid"), "patch"),
    day: fields.value("day", day, "Sunday"),
    start: fields.value("start", clock, "02:00"),
    hours: fields.value("hours", count(4, 24), 4),
  };
  fields.finish();
  return upgrades;
}
