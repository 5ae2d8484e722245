import { runScript } from "./lib/script.ts";

/** Does nothing to the cluster: from here on the state holds what `drain.ts` needs when the stack is destroyed. */
await runScript(() => Promise.resolve({ recorded: true }));
