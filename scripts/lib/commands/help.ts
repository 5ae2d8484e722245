import {
  callText,
  type Command,
  exitTexts,
  globalOptions,
  type Option,
  type Options,
} from "./command.ts";

const width = 100;

/** overview lists the commands. */
export function overview(commands: readonly Command[]): string {
  const rows = commands.map(({ name, operands, summary }) => [
    `${name} ${operands.usage}`.trimEnd(),
    summary,
  ]);
  return [
    "Looks after what Flux reconciles: says what is wrong and why, and does the one thing that helps.",
    "It needs a kubeconfig and nothing else.",
    "",
    `  ${callText} COMMAND [NAME] [options]`,
    `  ${callText} help COMMAND                says more, with examples`,
    "",
    ...aligned(rows),
    "",
    "Options of every command:",
    ...optionLines(globalOptions),
    "",
    "Exit codes:",
    ...exitTexts.map(([code, text]) => `  ${code}  ${text}`),
    "",
    "For scripts, node scripts/fleet.ts COMMAND writes the result alone to stdout.",
  ].join("\n");
}

/** helpOf is what a person reads to use one command. */
export function helpOf(command: Command): string {
  const { name, operands, text, never, options, examples } = command;
  return [
    `${callText} ${name} ${[operands.usage, "[options]"].filter((word) => word !== "").join(" ")}`,
    "",
    ...wrapped(text.join(" "), ""),
    ...wrapped(`Never: ${never}`, ""),
    "",
    "Examples:",
    ...examples.flatMap((example) => [
      `  ${callText} ${example.command}`,
      ...wrapped(example.text, "      "),
    ]),
    ...(Object.keys(options).length === 0 ? [] : ["", "Options:", ...optionLines(options)]),
    "",
    `Options of every command and exit codes: ${callText} help`,
  ].join("\n");
}

/** optionRows are the rows of an option table: how it is written, its default, its text. */
export function optionRows(options: Options): [usage: string, standard: string, text: string][] {
  return Object.entries(options).map(([name, option]) => [
    usageOf(name, option),
    option.default ?? "",
    option.text,
  ]);
}

function usageOf(name: string, { type, value = "VALUE", multiple }: Option): string {
  if (type === "boolean") return `--${name}`;
  return `--${name} ${value}${multiple === true ? "…" : ""}`;
}

function optionLines(options: Options): string[] {
  return aligned(
    optionRows(options).map(([usage, standard, text]) => [
      usage,
      standard === "" ? text : `${text} Default: ${standard}.`,
    ]),
  );
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const longest = Math.max(...rows.map(([left = ""]) => left.length));
  return rows.flatMap(([left = "", right = ""]) => {
    const [first = "", ...more] = wrapped(right, "", width - longest - 4);
    const indent = " ".repeat(longest + 4);
    return [
      `  ${left.padEnd(longest)}  ${first}`.trimEnd(),
      ...more.map((line) => `${indent}${line}`),
    ];
  });
}

/** wrapped breaks the text between words into lines of at most `most` letters. */
export function wrapped(text: string, indent: string, most = width): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(" ")) {
    const next = line.trim() === "" ? `${line}${word}` : `${line} ${word}`;
    if (next.length > most && line.trim() !== "") {
      lines.push(line);
      line = `${indent}${word}`;
    } else {
      line = next;
    }
  }
  return [...lines, line];
}
