import { readFileSync, writeFileSync } from "node:fs";

import { parse, stringify } from "yaml";

import type { Embedded } from "./embedded.ts";

/** Settings of the program, without their namespace; undefined removes one. */
export type Settings = Readonly<Record<string, unknown>>;

/** Runs `work` with other settings in the stack file, which is as before afterwards. */
export async function withSettings<T>(
  embedded: Embedded,
  settings: Settings,
  work: () => Promise<T>,
): Promise<T> {
  const file = embedded.pulumiEnvironment.environment["PULUMI_OPTION_CONFIG_FILE"] ?? "";
  const before = readFileSync(file, "utf8");
  const document = parse(before) as { config: Record<string, unknown> };
  const named = Object.entries(settings).map(([key, value]) => [`flux-bootstrap:${key}`, value]);
  const config: unknown = { ...document.config, ...Object.fromEntries(named) };
  writeFileSync(file, stringify({ ...document, config }));
  try {
    return await work();
  } finally {
    writeFileSync(file, before);
  }
}
