import { withEks } from "../../support/eks.ts";
import { embedded, problems, type Values } from "../../support/settings.ts";

/** The settings that are objects, whose keys are settings too. */
export const objects = [
  "cluster",
  "operator",
  "flux",
  "sync",
  "githubApp",
  "decryption",
  "drain",
  "postBootstrap",
];

/** The settings that are objects with a page of their own, which says what a change of their keys does. */
export const ownPages = ["cluster.aks", "cluster.eks"];

/** knownKeys are the keys that the program knows below a path, as its own message lists them. */
export async function knownKeys(path?: string): Promise<string[]> {
  const values = path === undefined ? { nonsense: "x" } : { [path]: { nonsense: "x" } };
  const found = await problems({ ...embedded, ...values });
  const [, list = ""] = /must hold only the keys (.*), got "nonsense"/.exec(found.join("\n")) ?? [];
  return list.split(", ").map((key) => key.replaceAll('"', ""));
}

/** settingKeys are the paths of all settings that hold a value of their own. */
export async function settingKeys(): Promise<string[]> {
  const top = (await knownKeys()).filter((key) => !objects.includes(key));
  const nested = await Promise.all(
    objects.map(async (path) => (await knownKeys(path)).map((key) => `${path}.${key}`)),
  );
  return [...top, ...nested.flat()].filter((key) => !ownPages.includes(key));
}

/** eksKeys are the paths below `cluster.eks` of all settings that hold a value; `[]` stands for each item of a list. */
export async function eksKeys(): Promise<string[]> {
  const nonsense = { nonsense: "x" };
  const below = async (path: string, values: Values) => {
    const listed = `cluster.eks${path === "" ? "" : `.${path.replace("[]", "[0]")}`}`;
    const found = (await problems(withEks(values))).find((text) =>
      text.startsWith(`${listed} must hold only`),
    );
    const [, list = ""] = /only the keys (.*), got "nonsense"/.exec(found ?? "") ?? [];
    const keys = list.split(", ").map((key) => key.replaceAll('"', ""));
    return keys.map((key) => (path === "" ? key : `${path}.${key}`));
  };
  const objects: readonly (readonly [path: string, values: Values])[] = [
    ["", nonsense],
    ["network", { network: nonsense }],
    ["nodes", { nodes: nonsense }],
    ["nodes.pools[]", { nodes: { pools: [nonsense] } }],
    ["identities[]", { identities: [nonsense] }],
  ];
  const found = await Promise.all(objects.map(([path, values]) => below(path, values)));
  return found.flat().filter((key) => key !== "network" && key !== "nodes");
}
