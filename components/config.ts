import * as pulumi from "@pulumi/pulumi";

import { parseConfig } from "./config/parse.ts";
import type { Config } from "./config/types.ts";
import { runError } from "./run-error.ts";

export type { Config } from "./config/types.ts";

// The SDK exports this and keeps it out of its types.
const { isConfigSecret } = pulumi.runtime as unknown as {
  readonly isConfigSecret: (key: string) => boolean;
};

/** readConfig is the stack's configuration, or one RunError that lists everything wrong with it. */
export async function readConfig(): Promise<Config> {
  const { name: project } = new pulumi.Config();
  const own = Object.entries(pulumi.runtime.allConfig()).filter(([key]) =>
    key.startsWith(`${project}:`),
  );
  const bare = (key: string) => key.slice(project.length + 1);
  const settings = {
    values: Object.fromEntries(own.map(([key, value]) => [bare(key), value])),
    encrypted: new Set(own.filter(([key]) => isConfigSecret(key)).map(([key]) => bare(key))),
  };
  const stack = pulumi.getStack();
  const parsed = await parseConfig(settings, {
    organization: pulumi.getOrganization(),
    project,
    stack,
  });
  if (parsed.problems === undefined) {
    for (const { severity, text } of parsed.notes) void pulumi.log[severity](text);
    return parsed.config;
  }
  const { length } = parsed.problems;
  const list = parsed.problems.map((problem) => `  - ${problem}`).join("\n");
  throw runError(
    `the configuration of stack "${stack}" has ${length} problem${length === 1 ? "" : "s"}:\n${list}`,
  );
}
