import type { Input } from "./input.ts";
import type { Outcome } from "./outcome.ts";
import type { Session } from "./session.ts";

/** Option is one `--name` of the command line. */
export interface Option {
  readonly type: "string" | "boolean";
  /** What stands for its value in the help, such as `FILE`. */
  readonly value?: string;
  /** One sentence for the help and the docs. */
  readonly text: string;
  readonly default?: string;
  /** Whether it may be given more than once. */
  readonly multiple?: boolean;
}

export type Options = Readonly<Record<string, Option>>;

/** What may stand after the command, such as `NAME...`. */
export interface Operands {
  readonly usage: string;
  readonly fewest: number;
  readonly most: number;
}

/** Work is what a command does once its input is known to be good. */
export type Work = (session: Session) => Promise<Outcome>;

/** Command is one word that a person types, with all that its help says. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  readonly operands: Operands;
  readonly options: Options;
  /** What it does, in a few sentences. */
  readonly text: readonly string[];
  /** What it never does, in one sentence. */
  readonly never: string;
  readonly examples: readonly Example[];
  /** Reads the input, recording every problem in it, and touches nothing. */
  prepare(input: Input): Work;
}

export interface Example {
  /** What stands after `npm run fleet -- `. */
  readonly command: string;
  readonly text: string;
}

export const noOperands: Operands = { usage: "", fewest: 0, most: 0 };
/** How a person calls a command. */
export const callText = "npm run fleet --";

/** Options that every command takes. */
export const globalOptions: Options = {
  kubeconfig: {
    type: "string",
    value: "FILE",
    text: "The kubeconfig. Without it: the first file of $KUBECONFIG that exists, else ~/.kube/config.",
  },
  context: {
    type: "string",
    value: "NAME",
    text: "The context of the kubeconfig. Without it: its current context.",
  },
  namespace: {
    type: "string",
    value: "NAME",
    default: "flux-system",
    text: "The namespace of the Flux controllers.",
  },
  "cluster-uid": {
    type: "string",
    value: "UID",
    text: "The UID of the namespace kube-system: any other cluster is refused before anything else is read.",
  },
  output: {
    type: "string",
    value: "FORMAT",
    default: "text",
    text: "text, json or markdown, on stdout. Progress goes to stderr.",
  },
  timeout: {
    type: "string",
    value: "DURATION",
    default: "5m",
    text: "How long a command waits for the cluster, such as 90s or 5m.",
  },
  "non-interactive": {
    type: "boolean",
    text: "Never ask. What would ask needs --yes; so does it without a terminal.",
  },
  help: { type: "boolean", text: "This text." },
};

/** The option of every command that writes. */
export const yesOption: Options = {
  yes: { type: "boolean", text: "Write without asking first." },
};

export const exitTexts = [
  [0, "all is well, or done"],
  [1, "something is failing or stuck, did not become Ready, or was refused"],
  [2, "the input is wrong; nothing was touched"],
  [3, "the cluster cannot be reached, or does not accept the credentials"],
] as const;
