import { z } from "zod";

import { type Connection, readConnection } from "../connection.ts";
import type { Environment } from "../environment.ts";
import type { GateResult } from "../gate/gate.ts";
import { type PodFixSettings, readPodFixes } from "../pods/input.ts";
import type { Redactor } from "../redact.ts";
import { readRestore, type RestoreInput } from "../restore/input.ts";
import type { Requirement } from "../tree/requirement.ts";

export interface PostBootstrapOptions {
  readonly connection: Connection;
  readonly requirement: Requirement;
  /** `namespace/name` of Kustomizations that have to exist. */
  readonly kustomizations: readonly string[];
  /** The time of the restore included. */
  readonly timeoutMilliseconds: number;
  /** Where the report goes, relative to the working directory. */
  readonly reportDirectory: string;
  /** What the gate printed, when it ran. */
  readonly gate: GateResult | undefined;
  /** Whether what is stuck may be written to. */
  readonly repair: boolean;
  readonly autoFixPods: PodFixSettings;
  readonly restore: RestoreInput;
}

const words: readonly string[] = ["all", "infrastructure", "none"];
const address = /^[a-z0-9][a-z0-9.-]*\/[a-z0-9][a-z0-9.-]*$/;

/**
 * readPostBootstrap reads REQUIRED, EXPECT_KUSTOMIZATIONS, POST_BOOTSTRAP_TIMEOUT, REPORT_DIRECTORY, GATE_RESULT, REPAIR,
 * RESTORE and the variables of `readPodFixes`. Throws InputError.
 */
export function readPostBootstrap(
  environment: Environment,
  redactor: Redactor,
): PostBootstrapOptions {
  const program = { program: "post-bootstrap", uid: "CLUSTER_UID" };
  const connection = readConnection(environment, redactor, program);
  const fix = "Run the script through pulumi, which sets it.";
  const restore = readRestore(environment);
  const timeout = environment.duration("POST_BOOTSTRAP_TIMEOUT", "10m");
  const options = {
    connection,
    requirement: readRequirement(environment),
    kustomizations: environment.json("EXPECT_KUSTOMIZATIONS", addresses) ?? [],
    timeoutMilliseconds: timeout + (restore.settings?.timeout ?? 0),
    reportDirectory: environment.required("REPORT_DIRECTORY", fix),
    gate: environment.json("GATE_RESULT", gateResult),
    repair: environment.choice("REPAIR", ["true", "false"], "true") === "true",
    autoFixPods: readPodFixes(environment),
    restore,
  };
  environment.check();
  return options;
}

function readRequirement(environment: Environment): Requirement {
  const text = environment.optional("REQUIRED") ?? "all";
  if (words.includes(text)) return text as Requirement;
  if (text.startsWith("[")) return environment.json("REQUIRED", addresses) ?? [];
  environment.problem(
    `REQUIRED must be all, infrastructure, none or a JSON list of "namespace/name", got "${text}". ` +
      "Leave it out for all.",
  );
  return "all";
}

function addresses(document: unknown): string[] {
  const { data } = z.array(z.string().regex(address)).safeParse(document);
  if (data === undefined) throw new Error('be a JSON list of "namespace/name"');
  return data;
}

const controller = z.object({ name: z.string(), pod: z.string(), seconds: z.number() });
const gate = z.object({
  token: z.string(),
  seconds: z.number(),
  controllers: z.array(controller),
});

function gateResult(document: unknown): GateResult {
  const { data } = gate.safeParse(document);
  if (data === undefined) throw new Error("be what the gate prints");
  return data;
}
