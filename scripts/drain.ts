import { readDrain } from "./lib/drain/input.ts";
import { drain } from "./lib/drain/drain.ts";
import { formatDuration } from "./lib/log.ts";
import { runScript } from "./lib/script.ts";

/** Run by a destroy, it empties the cluster of what Flux made; with DRAIN_ACTION=record it does nothing. */
await runScript(async ({ environment, redactor, log, signal }) => {
  const action = environment.choice("DRAIN_ACTION", ["drain", "record"], "drain");
  if (action === "record") {
    environment.check();
    return { recorded: true };
  }
  const options = readDrain(environment, redactor);
  const result = await drain(options, { log, signal });
  if (result.drained)
    log.done(`drained (${result.mode}) in ${formatDuration(result.seconds * 1000)}`);
  else log.line(result.reason);
  return result;
});
