import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

import { recipientsOf } from "./age-keys.ts";
import { type Fields, isObject } from "./fields.ts";
import { type Note, setCommand } from "./problem.ts";
import { text } from "./rules.ts";

const fileName = ".sops.yaml";

/**
 * Compares the age keys with the recipients in `.sops.yaml`, where the repository is at hand: the file that is configured,
 * else the one nearest to `path`. Without a key that opens what is encrypted for it that is a problem; the rest are notes.
 */
export async function compareRecipients(
  fields: Fields,
  keys: Readonly<Record<string, string>>,
  path: string,
): Promise<readonly Note[]> {
  const configured = configuredFile(fields);
  const file = fields.has("sopsFile") ? configured : nearestFile(path);
  if (file === undefined || Object.keys(keys).length === 0) return [];
  const wanted = await recipientsIn(file);
  if (wanted === undefined) {
    const fix = "Correct it, or name another: pulumi config set --path decryption.sopsFile FILE";
    fields.report({ what: file, must: "be a file of creation_rules in YAML", got: "another", fix });
    return [];
  }
  const held = await recipientsByKey(keys);
  const known = [...held.values()].flat();
  if (known.some((recipient) => wanted.includes(recipient))) return notes(file, wanted, held);
  const first = known[0] ?? "";
  fields.report({
    what: file,
    must: "name a recipient that a key of sopsAgeKeys opens",
    got: wanted.length === 0 ? "no age recipient" : wanted.join(", "),
    fix: `Add ${first} to it and run for each encrypted file: sops updatekeys FILE`,
  });
  return [];
}

function configuredFile(fields: Fields): string | undefined {
  const file = fields.optional("sopsFile", text);
  if (file === undefined || existsSync(file)) return file;
  const must = "be the path of a file, from the project's root";
  fields.note("sopsFile", must, setCommand("decryption.sopsFile", fileName));
  return undefined;
}

/** As sops looks for it: in the directory and in those above it, up to the project's root. */
function nearestFile(path: string): string | undefined {
  let directory = normalize(path);
  if (!existsSync(directory)) return undefined;
  while (!existsSync(join(directory, fileName))) {
    if (directory === dirname(directory)) return undefined;
    directory = dirname(directory);
  }
  return join(directory, fileName);
}

/** Every age recipient of every rule, without doubles; undefined when the file cannot be read as such. */
async function recipientsIn(file: string): Promise<readonly string[] | undefined> {
  const { parse } = await import("yaml");
  try {
    const document: unknown = parse(readFileSync(file, "utf8"));
    const rules: unknown = isObject(document) ? document["creation_rules"] : undefined;
    if (!Array.isArray(rules)) return undefined;
    return [...new Set(rules.filter(isObject).flatMap(recipientsOfRule))];
  } catch {
    return undefined;
  }
}

function recipientsOfRule(rule: Readonly<Record<string, unknown>>): string[] {
  const groups: unknown[] = Array.isArray(rule["key_groups"]) ? rule["key_groups"] : [];
  const lists = [rule["age"], ...groups.filter(isObject).map((group) => group["age"])];
  const words = lists.flat().filter((item) => typeof item === "string");
  return words.flatMap((word) => word.split(",").map((part) => part.trim())).filter(Boolean);
}

async function recipientsByKey(keys: Readonly<Record<string, string>>) {
  const found = Object.entries(keys).map(
    async ([name, key]) => [name, (await recipientsOf(key)) ?? []] as const,
  );
  return new Map(await Promise.all(found));
}

function notes(
  file: string,
  wanted: readonly string[],
  held: ReadonlyMap<string, readonly string[]>,
): Note[] {
  const known = [...held.values()].flat();
  const foreign = wanted.filter((recipient) => !known.includes(recipient));
  const unused = [...held].filter(
    ([, own]) => !own.some((recipient) => wanted.includes(recipient)),
  );
  return [
    ...unused.map(([name, own]): Note => {
      const text = `${file} does not name the recipient of sopsAgeKeys["${name}"]: ${own.join(", ")}`;
      return { severity: "warn", text };
    }),
    ...foreign.map((recipient): Note => {
      const text = `${file} names a recipient that no key of sopsAgeKeys opens: ${recipient}`;
      return { severity: "info", text };
    }),
  ];
}
