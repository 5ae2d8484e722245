import { parseArgs } from "node:util";

import { similar } from "../similar.ts";
import { callText, type Command, globalOptions, type Option, type Options } from "./command.ts";
import type { Given } from "./input.ts";

/** What a command line says, split by what the command knows. */
export interface Arguments {
  readonly options: Given;
  readonly operands: readonly string[];
  readonly problems: readonly string[];
}

interface OptionToken {
  readonly kind: "option";
  readonly index: number;
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

interface PositionalToken {
  readonly kind: "positional";
  readonly index: number;
  readonly value: string;
}

type Token = OptionToken | PositionalToken | { readonly kind: "option-terminator" };

/** wordsOf are the arguments that are no option and no option's value: the command first. */
export function wordsOf(argv: readonly string[], known: Options): string[] {
  return tokensOf(argv, known).flatMap((token) =>
    token.kind === "positional" ? [token.value] : [],
  );
}

/** parseArguments reads what follows the command; `every` holds all commands, to say whose an option is. */
export function parseArguments(
  argv: readonly string[],
  command: Command,
  every: readonly Command[],
): Arguments {
  const known: Options = { ...globalOptions, ...command.options };
  const options = new Map<string, string[]>();
  const operands: string[] = [];
  const problems: string[] = [];
  let unclaimed = -1;
  for (const token of tokensOf(argv, allOptions(every))) {
    if (token.kind === "positional") {
      if (token.index !== unclaimed) operands.push(token.value);
    } else if (token.kind === "option") {
      const problem = optionProblem(token, known, every);
      if (problem === undefined) add(options, token);
      else problems.push(problem);
      unclaimed = known[token.name] === undefined ? mistypedValue(token, known) : -1;
    }
  }
  operands.shift();
  return { options, operands, problems: [...problems, ...countProblems(operands, command)] };
}

/** allOptions is what any command knows: an option means the same wherever it is taken. */
export function allOptions(every: readonly Command[]): Options {
  return Object.assign({}, globalOptions, ...every.map(({ options }) => options)) as Options;
}

function tokensOf(argv: readonly string[], known: Options): readonly Token[] {
  const options = Object.fromEntries(
    Object.entries(known).map(([name, { type }]) => [
      name,
      { type, multiple: true, ...short(name) },
    ]),
  );
  return parseArgs({
    args: [...argv],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  }).tokens;
}

function short(name: string): { short?: string } {
  if (name === "output") return { short: "o" };
  return name === "help" ? { short: "h" } : {};
}

function add(options: Map<string, string[]>, { name, value = "" }: OptionToken): void {
  options.set(name, [...(options.get(name) ?? []), value]);
}

function optionProblem(
  token: OptionToken,
  known: Options,
  every: readonly Command[],
): string | undefined {
  const option = known[token.name];
  if (option === undefined) return unknownProblem(token, known, every);
  return option.type === "boolean" ? flagProblem(token) : valueProblem(token, option);
}

function flagProblem({ rawName, value }: OptionToken): string | undefined {
  if (value === undefined) return undefined;
  return `${rawName} must stand alone, got a value. Write just ${rawName}.`;
}

function valueProblem(
  { rawName, value = "", inlineValue = false }: OptionToken,
  { value: wanted = "a value", text }: Option,
): string | undefined {
  const isOption = !inlineValue && /^-./.test(value);
  if (value !== "" && !isOption) return undefined;
  const got = isOption ? `the option ${value}` : "nothing";
  return `${rawName} must be followed by ${wanted}, got ${got}. ${text}`;
}

function unknownProblem(
  { rawName, name }: OptionToken,
  known: Options,
  every: readonly Command[],
): string {
  const owners = every.filter(({ options }) => options[name] !== undefined);
  const meant = similar(name, Object.keys(known));
  const hint =
    owners.length > 0
      ? `It belongs to ${owners.map((owner) => owner.name).join(" and ")}.`
      : meant === undefined
        ? `See them with: ${callText} help`
        : `Did you mean --${meant}?`;
  return `the options must be known ones, got ${rawName}. ${hint}`;
}

/** A mistyped option that takes a value leaves that value behind: the index at which it stands. */
function mistypedValue({ index, name, inlineValue }: OptionToken, known: Options): number {
  const meant = similar(name, Object.keys(known));
  const takesValue = meant !== undefined && known[meant]?.type === "string";
  return takesValue && inlineValue !== true ? index + 1 : -1;
}

function countProblems(operands: readonly string[], { name, operands: wanted }: Command): string[] {
  const { fewest, most, usage } = wanted;
  if (operands.length < fewest) {
    return [`${name} must be followed by ${usage}, got nothing. See: ${callText} help ${name}`];
  }
  if (operands.length <= most) return [];
  const rule = most === 0 ? "stand alone" : `be followed by ${usage}`;
  const extra = operands.slice(most).map((word) => `"${word}"`);
  return [`${name} must ${rule}, got also ${extra.join(", ")}. See: ${callText} help ${name}`];
}
