import { similar } from "../similar.ts";
import { printError } from "../script.ts";
import { redactedLog, Redactor, secretsOfKubeconfig } from "../redact.ts";
import { allOptions, wordsOf, parseArguments } from "./arguments.ts";
import { callText, type Command, globalOptions, type Work } from "./command.ts";
import { commands } from "./commands.ts";
import { codeOf, connect, UnusableError } from "./connect.ts";
import { helpOf, overview } from "./help.ts";
import { Input } from "./input.ts";
import { InputError } from "../environment.ts";
import { Failure } from "../failure.ts";
import type { Log } from "../log.ts";
import { type Kubeconfig, readKubeconfig } from "./kubeconfig.ts";
import { SameCluster } from "./same-cluster.ts";
import type { Terminal } from "./session.ts";
import { openSession } from "./open-session.ts";

/** Exit codes of every command. */
export const exitCodes = { well: 0, notWell: 1, badInput: 2, unreachable: 3 } as const;

/** runFleet runs the command that `argv` names and returns the exit code. It throws nothing. */
export async function runFleet(argv: readonly string[], terminal: Terminal): Promise<number> {
  const redactor = new Redactor();
  const log = redactedLog(terminal.log, redactor);
  const tools = { terminal, redactor, log };
  try {
    const words = wordsOf(argv, allOptions(commands));
    const [word] = words;
    const wantsHelp = argv.some((argument) => argument === "--help" || argument === "-h");
    if (word === "help" || wantsHelp) return help(words, terminal);
    const command = commands.find(({ name }) => name === word);
    if (command === undefined) return unknownCommand(word, log);
    return await runCommand(command, argv, tools);
  } catch (error) {
    return failed(error, log);
  }
}

interface Tools {
  readonly terminal: Terminal;
  readonly redactor: Redactor;
  readonly log: Log;
}

async function runCommand(command: Command, argv: readonly string[], tools: Tools) {
  const { terminal, redactor } = tools;
  const parsed = parseArguments(argv, command, commands);
  const input = new Input(
    { ...globalOptions, ...command.options },
    { ...parsed, interactive: terminal.ask !== undefined },
  );
  const work = command.prepare(input);
  const general = {
    output: input.choice("output", ["text", "json", "markdown"]),
    timeoutMilliseconds: input.duration("timeout"),
    namespace: namespaceOf(input),
  };
  const kubeconfig = input.offline ? undefined : kubeconfigOf(input, tools);
  input.check();
  if (kubeconfig !== undefined) redactor.add(...secretsOfKubeconfig(kubeconfig.content));
  return perform(work, { input, general, kubeconfig, ...tools });
}

async function perform(
  work: Work,
  parts: Tools & {
    readonly input: Input;
    readonly kubeconfig: Kubeconfig | undefined;
    readonly general: Parameters<typeof openSession>[0]["general"];
  },
): Promise<number> {
  const { input, kubeconfig, terminal } = parts;
  const { signal } = terminal;
  const expected = { uid: input.text("cluster-uid"), signal };
  const cluster = kubeconfig === undefined ? undefined : await connect(kubeconfig, expected);
  const sameCluster = new SameCluster(input);
  const { session, finish } = openSession({ ...parts, cluster, sameCluster });
  try {
    const outcome = await work(session);
    finish(outcome);
    return outcome.code;
  } catch (error) {
    throw onSameCluster(refused(error), sameCluster);
  }
}

function kubeconfigOf(input: Input, { terminal, log }: Tools): Kubeconfig | undefined {
  const wanted = {
    file: input.text("kubeconfig"),
    context: input.text("context"),
    variables: terminal.variables,
  };
  const kubeconfig = readKubeconfig(wanted, (problem) => {
    input.problem(problem);
  });
  if (kubeconfig !== undefined && kubeconfig.ignored.length > 0) {
    const ignored = kubeconfig.ignored.join(", ");
    log.line(`of $KUBECONFIG only ${kubeconfig.file} is read, not ${ignored}`);
  }
  return kubeconfig;
}

function namespaceOf(input: Input): string {
  const namespace = input.text("namespace") ?? "";
  if (/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(namespace)) return namespace;
  input.problem(
    `--namespace must be a namespace's name, got "${namespace}". Leave it out for flux-system.`,
  );
  return namespace;
}

/** `help`, `help COMMAND`, `COMMAND --help`. */
function help(words: readonly string[], terminal: Terminal): number {
  const [word] = words.filter((candidate) => candidate !== "help");
  const command = commands.find(({ name }) => name === word);
  if (command === undefined && word !== undefined) return unknownCommand(word, terminal.log);
  terminal.write(`${command === undefined ? overview(commands) : helpOf(command)}\n`);
  return exitCodes.well;
}

function unknownCommand(word: string | undefined, log: Log): number {
  const names = [...commands.map(({ name }) => name), "help"];
  if (word === undefined) {
    log.line(overview(commands));
    return exitCodes.badInput;
  }
  const meant = similar(word, names);
  const hint = meant === undefined ? `See: ${callText} help` : `Did you mean ${meant}?`;
  log.fail(`the command must be one of ${names.join(", ")}, got "${word}". ${hint}`);
  return exitCodes.badInput;
}

function failed(error: unknown, log: Log): number {
  if (error instanceof UnusableError || named(error, "UnreachableError")) {
    log.fail((error as Error).message);
    log.line(`Next: ${error instanceof UnusableError ? error.next : "kubectl cluster-info"}`);
    return exitCodes.unreachable;
  }
  if (error instanceof InputError) return printError(error, log);
  printError(error, log);
  return exitCodes.notWell;
}

/** What the API server forbids is said in its own words, with the command that shows one's rights. */
function refused(error: unknown): unknown {
  if (codeOf(error) !== 403) return error;
  return new Failure((error as Error).message, { next: "kubectl auth can-i --list", cause: error });
}

function onSameCluster(error: unknown, sameCluster: SameCluster): unknown {
  if (!(error instanceof Failure) || error.next === undefined) return error;
  const { message, details, next, report, cause } = error;
  const more = { details, next: sameCluster.next(next), cause };
  return new Failure(message, report === undefined ? more : { ...more, report });
}

function named(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
