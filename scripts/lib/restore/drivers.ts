import { CommandDriver, type CommandContext } from "./command-driver.ts";
import type { Driver } from "./driver.ts";
import { PopulatorDriver } from "./populator-driver.ts";
import type { RestoreSettings } from "./settings.ts";
import type { VolumeContext } from "./volume-context.ts";
import { VolsyncDriver } from "./volsync-driver.ts";

/** driverOf is the driver that the settings name. */
export function driverOf(
  settings: RestoreSettings,
  context: CommandContext & VolumeContext,
): Driver {
  switch (settings.kind) {
    case "command":
      return new CommandDriver(settings, context);
    case "volsync":
      return new VolsyncDriver(settings, context);
    case "populator":
      return new PopulatorDriver(settings, context);
  }
}
