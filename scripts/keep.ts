import { runScript } from "./lib/script.ts";

/** Prints the stdout of the step's last run again, so that an update which needs nothing done keeps its outputs. */
await runScript(({ environment }) => {
  const stdout = environment.required(
    "PULUMI_COMMAND_STDOUT",
    "Set addPreviousOutputInEnv on the Command.",
  );
  environment.check();
  return Promise.resolve(stdout.trimEnd());
});
