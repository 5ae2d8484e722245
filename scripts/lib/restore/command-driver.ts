import { z } from "zod";

import { Failure } from "../failure.ts";
import type { Log } from "../log.ts";
import { type PrivateKubeconfig, runCommand } from "./command-run.ts";
import type { Backup, Driver, Evidence } from "./driver.ts";
import type { CommandSettings } from "./settings.ts";

type Step = "find" | "restore" | "verify";

export interface CommandContext {
  readonly kubeconfig: PrivateKubeconfig;
  /** Redacts. */
  readonly log: Log;
  readonly redact: (text: string) => string;
}

const mostLines = 10;
// Control characters have no place in a name, and would write lines of their own into a log.
const identifier = /^[^\p{Cc}]{1,512}$/u;
const found = z.object({
  id: z.string().regex(identifier),
  takenAt: z.iso.datetime({ offset: true }),
});

/**
 * CommandDriver restores with three programs of the user's. `find` prints `{"id", "takenAt"}`, or nothing when there is no
 * backup; `restore` and `verify` are told the backup by RESTORE_BACKUP and RESTORE_TAKEN_AT. What counts is that `verify`
 * reads the data back and ends with 0.
 */
export class CommandDriver implements Driver {
  readonly #settings: CommandSettings;
  readonly #context: CommandContext;

  constructor(settings: CommandSettings, context: CommandContext) {
    this.#settings = settings;
    this.#context = context;
  }

  async find(signal: AbortSignal): Promise<Backup | undefined> {
    const { stdout } = await this.#run("find", undefined, signal);
    if (isNothing(stdout)) return undefined;
    const { data } = found.safeParse(parsed(stdout));
    if (data !== undefined) return data;
    // The answer itself is not shown: it is the one place where a credential would come unnoticed.
    throw new Failure(
      'restore.find must print {"id": "…", "takenAt": "2026-01-31T12:00:00Z"}, or nothing when there is no backup, ' +
        "got something else on stdout. Send everything else to stderr.",
      { next: this.#settings.find.join(" ") },
    );
  }

  async restore(backup: Backup, signal: AbortSignal): Promise<Evidence> {
    await this.#run("restore", backup, signal);
    const { last } = await this.#run("verify", backup, signal);
    const said = last === undefined ? "" : `: ${last}`;
    return { facts: [`restore.verify ended with 0${said}`] };
  }

  async #run(step: Step, backup: Backup | undefined, signal: AbortSignal) {
    const { log, redact, kubeconfig } = this.#context;
    const argv = this.#settings[step];
    const tail: string[] = [];
    const line = (text: string) => {
      if (text.trim() === "") return;
      log.line(`  ${step}: ${text}`);
      tail.push(redact(text).slice(0, 300));
      if (tail.length > mostLines) tail.shift();
    };
    log.start(`restore.${step}`);
    const environment = {
      RESTORE_STEP: step,
      ...(backup !== undefined && {
        RESTORE_BACKUP: backup.id,
        RESTORE_TAKEN_AT: backup.takenAt ?? "",
      }),
    };
    const answers = step === "find";
    const { code, stdout } = await runCommand({
      argv,
      environment,
      kubeconfig,
      signal,
      line,
      answers,
    });
    if (code !== 0) throw failed(step, code, { argv, tail });
    return { stdout, last: tail.at(-1) };
  }
}

function failed(
  step: Step,
  code: number,
  { argv, tail }: { argv: readonly [string, ...string[]]; tail: readonly string[] },
): Failure {
  return new Failure(
    `restore.${step} must end with exit code 0, got ${code === 127 ? "127 (it cannot be run)" : code}`,
    { details: tail.map((line) => `${step}: ${line}`), next: argv.join(" ") },
  );
}

/** Empty, `null` and `{}` all say that there is no backup. */
function isNothing(text: string): boolean {
  return ["", "null", "{}"].includes(text.replaceAll(/\s/g, ""));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
