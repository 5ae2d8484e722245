import assert from "node:assert/strict";
import { it } from "node:test";

import { EksCluster } from "../../components/cluster/eks/eks-cluster.ts";
import type { EksConfig } from "../../components/config/eks/types.ts";
import { MockEngine, optionsOf } from "./mocks.ts";
import { eks as least, good, problems, type Values } from "./settings.ts";

const { cluster: own } = least as { readonly cluster: { readonly eks: Values } };

/** The least that is needed, with other values of `cluster.eks`; undefined leaves one out. */
export const withEks = (values: Values, cluster: Values = {}): Values => ({
  ...least,
  cluster: { ...own, ...cluster, eks: { ...own.eks, ...values } },
});

/** What `cluster.eks` is parsed to. */
export async function readEks(values: Values): Promise<EksConfig> {
  const { cluster } = await good(withEks(values));
  assert.ok(cluster.kind === "eks");
  return cluster.eks;
}

/** What is wrong, the values of `cluster.eks` that are, and all that is said of it. */
export type Refused = readonly (readonly [what: string, values: Values, message: string])[];

/** One test for each row. */
export function refuses(rows: Refused): void {
  for (const [what, values, message] of rows) {
    it(what, async () => {
      assert.deepEqual(await problems(withEks(values)), [message]);
    });
  }
}

/** The ends of messages. */
export const correct = "Correct it in the stack's configuration file.";
export const set = (key: string, value: string) =>
  `Run: pulumi config set --path cluster.eks.${key} ${value}`;
export const remove = (path: string) => `Run: pulumi config rm --path ${path}`;

/** What a cluster in AWS registers, with these values of `cluster.eks`. */
export async function madeEks(values: Values = {}, options: MadeOptions = {}): Promise<MockEngine> {
  const { protect = false, preview = false } = options;
  const engine = new MockEngine({ preview });
  await engine.start();
  const eks = await readEks(values);
  const { stackTraceLimit } = Error;
  // The SDK records the stack of every promise, which is most of the time of a run.
  Error.stackTraceLimit = 0;
  new EksCluster("cluster", { name: "prod", eks, account: "111122223333", protect }, {});
  await engine.idle(50);
  Error.stackTraceLimit = stackTraceLimit;
  return engine;
}

interface MadeOptions {
  readonly protect?: boolean;
  readonly preview?: boolean;
}

/**
 * Everything that has to be there before a resource, however many steps before. The parts of a component come after all
 * that the component comes after, and go before it.
 */
export function allBefore(name: string, seen = new Set<string>()): ReadonlySet<string> {
  const { dependencies = [], parent = "" } = optionsOf(name) ?? {};
  for (const before of [...dependencies, parent]) {
    if (seen.has(before)) continue;
    seen.add(before);
    allBefore(before, seen);
  }
  return seen;
}

/** How many resources there are of each type; components are none. */
export function countedTypes(engine: MockEngine): Readonly<Record<string, number>> {
  const types = engine.registered.map(({ type }) => type).filter((type) => type.startsWith("aws:"));
  const counts = Map.groupBy(types.toSorted(), (type) => type);
  return Object.fromEntries([...counts].map(([type, found]) => [type, found.length]));
}

/** The names of the resources for which something is so. */
export function namesOf(engine: MockEngine, isSo: (name: string) => boolean): string[] {
  return engine.names().filter(isSo).toSorted();
}
