import type { Answer } from "../../../scripts/lib/classify/snapshot.ts";
import { proveControllers } from "../../../scripts/lib/gate/gate.ts";
import { createLog } from "../../../scripts/lib/log.ts";
import { components } from "./flux.ts";
import type { Ground } from "./ground.ts";

const silenceMilliseconds = 5_000;
const quiet = createLog(() => undefined);

/** Asks every controller of Flux, each by itself, and tells which answered. */
export async function answersOf({ cluster }: Ground): Promise<ReadonlyMap<string, Answer>> {
  const { signal } = new AbortController();
  const asked = components.map(async (component) => {
    const options = {
      namespace: "flux-system",
      components: [component],
      timeoutMilliseconds: silenceMilliseconds,
    };
    const answer = await proveControllers(cluster, options, { log: quiet, signal }).then(
      (): Answer => "answered",
      (): Answer => "silent",
    );
    return [component, answer] as const;
  });
  return new Map(await Promise.all(asked));
}
