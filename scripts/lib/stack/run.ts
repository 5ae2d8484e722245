import { parseArgs } from "node:util";

import { InputError } from "../environment.ts";
import { printError } from "../script.ts";
import { similar } from "../similar.ts";
import { destroyStack } from "./destroy.ts";
import { recreate } from "./recreate.ts";
import { sweep } from "./sweep.ts";
import type { StackTools } from "./tools.ts";

const help = `Commands around a whole stack; what they do to it, they do by pulumi.

  npm run destroy -- --stack STACK [--yes] [--confirm STACK]
      shows what is protected and what will go, asks, and destroys; a protected stack needs --confirm with its name
  npm run recreate [-- --stack STACK] [--yes]
      destroys a stack that is not protected and brings it up again; without --stack the embedded environment
  npm run sweep [-- --destroy]
      lists the stacks that are past their expiresAt, or destroys them

Without a terminal nothing is asked, and --yes is required where it would be. Exit codes: 0 done, 1 failed or refused,
2 wrong use; what pulumi ended with otherwise.`;

const options = {
  stack: { type: "string" },
  confirm: { type: "string" },
  yes: { type: "boolean" },
  destroy: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>["values"];

interface Verb {
  /** The options that it takes. */
  readonly takes: readonly (keyof Values)[];
  readonly perform: (tools: StackTools, values: Values) => Promise<number>;
}

const verbs: Readonly<Record<string, Verb>> = {
  destroy: {
    takes: ["stack", "confirm", "yes"],
    perform: (tools, { stack, confirm, yes = false }) =>
      destroyStack(tools, { stack: required(stack), confirm, yes }),
  },
  recreate: {
    takes: ["stack", "yes"],
    perform: (tools, { stack, yes = false }) => recreate(tools, { stack, yes }),
  },
  sweep: {
    takes: ["destroy"],
    perform: (tools, { destroy = false }) => sweep(tools, { destroy }),
  },
};

/** runStack runs the verb that `argv` names and returns the exit code. It throws nothing. */
export async function runStack(argv: readonly string[], tools: StackTools): Promise<number> {
  try {
    const { words, values } = parsed(argv);
    if (values.help === true) {
      tools.write(`${help}\n`);
      return 0;
    }
    return await verbOf(words, values).perform(tools, values);
  } catch (error) {
    return printError(error, tools.log);
  }
}

function parsed(argv: readonly string[]): { words: readonly string[]; values: Values } {
  const args = [...argv];
  const { tokens } = parseArgs({ args, options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    if (!(token.name in options)) throw unknownOption(token.name, token.rawName);
  }
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    return { words: positionals, values };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError([`the options must be complete. ${reason}`]);
  }
}

function verbOf(words: readonly string[], values: Values): Verb {
  const [word = ""] = words;
  const verb = verbs[word];
  if (verb === undefined || words.length > 1) {
    const known = Object.keys(verbs).join(", ");
    throw new InputError([
      `the command must be one of ${known}, got "${words.join(" ")}". See: npm run destroy -- --help`,
    ]);
  }
  const known: readonly string[] = verb.takes;
  const foreign = Object.keys(values).filter((name) => !known.includes(name));
  if (foreign.length === 0) return verb;
  throw new InputError(
    foreign.map(
      (name) =>
        `${word} must have only options that it knows, got --${name}. See: npm run ${word} -- --help`,
    ),
  );
}

function unknownOption(name: string, written: string): InputError {
  const meant = similar(name, Object.keys(options));
  const hint = meant === undefined ? "See: npm run destroy -- --help" : `Did you mean --${meant}?`;
  return new InputError([`the options must be known ones, got ${written}. ${hint}`]);
}

function required(stack: string | undefined): string {
  if (stack !== undefined && stack !== "") return stack;
  throw new InputError([
    "--stack must be the name of a stack, got nothing. See them with: pulumi stack ls",
  ]);
}
