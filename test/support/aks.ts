import assert from "node:assert/strict";
import { it } from "node:test";

import { AksCluster } from "../../components/cluster/aks/aks-cluster.ts";
import type { AksConfig } from "../../components/config/aks/types.ts";
import { MockEngine, type MockOptions } from "./mocks.ts";
import { aks as least, good, problems, type Values } from "./settings.ts";

const { cluster: own } = least as { readonly cluster: { readonly aks: Values } };

/** The least that is needed, with other values of `cluster.aks`; undefined leaves one out. */
export const withAks = (values: Values, cluster: Values = {}): Values => ({
  ...least,
  cluster: { ...own, ...cluster, aks: { ...own.aks, ...values } },
});

/** What `cluster.aks` is parsed to. */
export async function readAks(values: Values): Promise<AksConfig> {
  const { cluster } = await good(withAks(values));
  assert.ok(cluster.kind === "aks");
  return cluster.aks;
}

/** What is wrong, the values of `cluster.aks` that are, and all that is said of it. */
export type Refused = readonly (readonly [what: string, values: Values, message: string])[];

/** One test for each row. */
export function refuses(rows: Refused): void {
  for (const [what, values, message] of rows) {
    it(`refuses ${what}`, async () => {
      assert.deepEqual(await problems(withAks(values)), [message]);
    });
  }
}

/** The ends of messages. */
export const correct = "Correct it in the stack's configuration file.";
export const set = (key: string, value: string) =>
  `Run: pulumi config set --path cluster.aks.${key} ${value}`;
export const remove = (key: string) => `Run: pulumi config rm --path cluster.aks.${key}`;

export const subscription = "/subscriptions/11111111-1111-1111-1111-111111111111";

/** The id of a resource that was made elsewhere. */
export const sharedId = (path: string) =>
  `${subscription}/resourceGroups/shared/providers/Microsoft.${path}`;

/** What a cluster in Azure registers, with these values of `cluster.aks`. */
export async function madeAks(values: Values = {}, options: MadeOptions = {}): Promise<MockEngine> {
  const { protect = false, ...rest } = options;
  const engine = new MockEngine(rest);
  await engine.start();
  const aks = await readAks(values);
  const { stackTraceLimit } = Error;
  // The SDK records the stack of every promise, which is most of the time of a run.
  Error.stackTraceLimit = 0;
  new AksCluster("cluster", { name: "staging", aks, protect }, {});
  await engine.idle(50);
  Error.stackTraceLimit = stackTraceLimit;
  return engine;
}

interface MadeOptions extends MockOptions {
  readonly protect?: boolean;
}

/** How many resources of Azure there are of each type. */
export function azureTypes(engine: MockEngine): Readonly<Record<string, number>> {
  const prefix = "azure-native:";
  const types = engine.registered
    .filter(({ type }) => type.startsWith(prefix))
    .map(({ type }) => type.slice(prefix.length));
  const counts = Map.groupBy(types.toSorted(), (type) => type);
  return Object.fromEntries([...counts].map(([type, found]) => [type, found.length]));
}

/** The paths of all settings below `cluster.aks` that hold a value; `[]` stands for each item of a list. */
export async function aksKeys(): Promise<string[]> {
  const nonsense = { nonsense: "x" };
  const below = async (path: string, values: Values) => {
    const prefix = `cluster.aks${path === "" ? "" : `.${path}`}`;
    const start = `${prefix.replace("[]", "[0]")} must hold only the keys `;
    const found = (await problems(withAks(values))).find((text) => text.startsWith(start)) ?? "";
    const [, list = ""] = /only the keys (.*), got "nonsense"/.exec(found) ?? [];
    return list.split(", ").map((key) => `${prefix}.${key.replaceAll('"', "")}`);
  };
  const found = await Promise.all([
    below("", nonsense),
    below("admins", { admins: nonsense }),
    below("network", { network: nonsense }),
    below("nodes", { nodes: nonsense }),
    below("nodes.system", { nodes: { system: nonsense } }),
    below("nodes.pools[]", { nodes: { pools: [nonsense] } }),
    below("upgrades", { upgrades: nonsense }),
    below("identities[]", { identities: [nonsense] }),
  ]);
  const keys = found.flat();
  const isObject = (key: string) => keys.some((other) => other.startsWith(`${key}.`));
  return keys.filter((key) => !isObject(key));
}
