import { embedded, problems } from "../../support/settings.ts";

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
  return [...top, ...nested.flat()];
}
