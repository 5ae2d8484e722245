import type { Answer } from "../classify/snapshot.ts";
import type { Diagnosis } from "../classify/verdict.ts";
import type { Cluster } from "../cluster.ts";
import { Failure } from "../failure.ts";
import { canaries } from "../gate/canary.ts";
import { proveControllers } from "../gate/gate.ts";
import type { Log } from "../log.ts";
import { componentOf } from "./controllers.ts";
import type { Need } from "./rights.ts";

const unobserved: ReadonlySet<string> = new Set(["H2", "K1", "G0"]);

/** unprovenComponents are the controllers that have not observed something and were not asked whether they are alive. */
export function unprovenComponents(
  { verdicts }: Diagnosis,
  answers: ReadonlyMap<string, Answer>,
): string[] {
  const components = new Set<string>();
  for (const { state, object } of verdicts.values()) {
    const component = componentOf(object.kind);
    if (unobserved.has(state) && component !== undefined) components.add(component);
  }
  return [...components].filter((component) => component in canaries && !answers.has(component));
}

/** probeNeeds are the rights that asking a controller takes. */
export function probeNeeds(components: readonly string[], namespace: string): Need[] {
  return components.flatMap((component) =>
    (canaries[component] ?? []).flatMap(({ resource }) =>
      (["create", "delete"] as const).map((verb) => ({ verb, resource, namespace })),
    ),
  );
}

/**
 * probeControllers asks each controller through its canaries, all at the same time, and resolves with who answered. One
 * that could not be asked at all, because of a missing right or an outage, is left out.
 */
export async function probeControllers(
  cluster: Cluster,
  of: {
    readonly components: readonly string[];
    readonly namespace: string;
    readonly timeoutMilliseconds: number;
  },
  context: { readonly log: Log; readonly signal: AbortSignal },
): Promise<Map<string, Answer>> {
  const answers = new Map<string, Answer>();
  const { components, ...rest } = of;
  await Promise.all(
    components.map(async (component) => {
      try {
        await proveControllers(cluster, { ...rest, components: [component] }, context);
        answers.set(component, "answered");
      } catch (error) {
        if (error instanceof Failure) answers.set(component, "silent");
        const reason = error instanceof Error ? error.message : String(error);
        context.log.line(`${component} was asked whether it is alive: ${reason}`);
      }
    }),
  );
  return answers;
}
