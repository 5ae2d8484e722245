import { randomUUID } from "node:crypto";

import { runScript } from "./lib/script.ts";

/**
 * Does nothing to the cluster: from here on the state holds what `drain.ts` needs when the stack is destroyed. The id tells
 * this Drain from one that takes its place.
 */
await runScript(() => Promise.resolve({ recorded: true, id: randomUUID() }));
