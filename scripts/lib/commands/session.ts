import type { Cluster } from "../cluster.ts";
import type { Log } from "../log.ts";
import type { Redactor } from "../redact.ts";
import type { Section } from "./outcome.ts";

export type OutputFormat = "text" | "json" | "markdown";

/** Terminal is where a command's input and output go. */
export interface Terminal {
  readonly variables: NodeJS.ProcessEnv;
  /** Writes to stdout. */
  readonly write: (text: string) => void;
  /** Writes progress to stderr, unredacted. */
  readonly log: Log;
  /** Columns of stdout; undefined when it is no terminal. */
  readonly columns: number | undefined;
  readonly rows: number | undefined;
  /** Asks a person; undefined when there is none. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /** All of stdin as text. */
  readonly readInput: () => Promise<string>;
  /** Aborts when the person interrupts. */
  readonly signal: AbortSignal;
}

/** Session is what a command works with once its input is known to be good. */
export interface Session {
  /** The cluster, whose identity has been checked. Throws for a command that stays offline. */
  readonly cluster: Cluster;
  /** Name of the kubeconfig's context. */
  readonly context: string;
  /** Namespace of Flux. */
  readonly namespace: string;
  readonly output: OutputFormat;
  readonly timeoutMilliseconds: number;
  readonly log: Log;
  readonly redactor: Redactor;
  readonly signal: AbortSignal;
  readonly terminal: Terminal;
  /** The command for a person to run, so that it reaches this cluster too. */
  readonly next: (command: string) => string;
  /** Says which cluster is written to and what, and asks unless --yes. Throws Declined when the person says no. */
  readonly consent: (writes: readonly string[]) => Promise<void>;
  /** Writes a part of the result before the end, redacted. */
  readonly print: (sections: readonly Section[]) => void;
}

/** Declined says that a person answered no. */
export class Declined extends Error {
  constructor() {
    super("nothing was written: the answer was not yes");
    this.name = "Declined";
  }
}
