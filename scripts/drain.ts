import { formatDuration } from "./lib/log.ts";
import { runScript } from "./lib/script.ts";

/** Run by a destroy, it empties the cluster of what Flux made; with DRAIN_ACTION=record it does nothing. */
await runScript(async ({ environment, redactor, log, signal }) => {
  const action = environment.choice("DRAIN_ACTION", ["drain", "record"], "drain");
  if (action === "record") {
    environment.check();
    return { recorded: true };
  }
  const { readDrain } = await import("./lib/drain/input.ts");
  const { drain } = await import("./lib/drain/drain.ts");
  const options = readDrain(environment, redactor);
  const result = await drain(options, { log, signal });
  if (!result.drained) {
    log.line(result.reason);
    return result;
  }
  log.done(`drained (${result.mode}) in ${formatDuration(result.seconds * 1000)}`);
  if (result.report !== undefined) log.line(result.report);
  return result;
});
