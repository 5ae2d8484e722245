import { runScript } from "./lib/script.ts";

/** Does nothing: from here on the state holds what is needed to say what a cluster left behind. */
await runScript(() => Promise.resolve({ recorded: true }));
