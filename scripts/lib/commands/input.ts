import { parseDuration } from "../duration.ts";
import { InputError } from "../environment.ts";
import type { Option, Options } from "./command.ts";

/** What was given on the command line, by option; a flag's value is the empty text. */
export type Given = ReadonlyMap<string, readonly string[]>;

/**
 * Input is a command's own part of the command line. A getter that finds a problem remembers it and gives a stand-in of
 * the right type: `check` throws them all at once, before anything is used.
 */
export class Input {
  readonly operands: readonly string[];
  /** Whether someone can be asked. */
  readonly interactive: boolean;
  readonly #given: Given;
  readonly #options: Options;
  readonly #problems: string[];
  #offline = false;

  constructor(
    options: Options,
    given: {
      readonly options: Given;
      readonly operands: readonly string[];
      readonly problems: readonly string[];
      readonly interactive: boolean;
    },
  ) {
    this.#options = options;
    this.#given = given.options;
    this.operands = given.operands;
    this.interactive = given.interactive && !given.options.has("non-interactive");
    this.#problems = [...given.problems];
  }

  flag(name: string): boolean {
    return this.#given.has(name);
  }

  /** The value, the option's default, or undefined. */
  text(name: string): string | undefined {
    return this.#given.get(name)?.at(-1) ?? this.#option(name)?.default;
  }

  /** Every value of an option that may be repeated. */
  texts(name: string): readonly string[] {
    return this.#given.get(name) ?? [];
  }

  /** Milliseconds of a Go duration. */
  duration(name: string): number {
    const text = this.text(name) ?? "";
    const milliseconds = parseDuration(text);
    if (milliseconds !== undefined && milliseconds > 0) return milliseconds;
    this.problem(
      `--${name} must be a duration above zero such as 90s, 10m or 1h30m, got "${text}". ` +
        `Leave it out for ${this.#option(name)?.default ?? "none"}.`,
    );
    return 1;
  }

  /** One of a few words. */
  choice<T extends string>(name: string, choices: readonly [T, ...T[]]): T {
    const text = this.text(name);
    const choice = choices.find((known) => known === text);
    if (choice !== undefined) return choice;
    this.problem(
      `--${name} must be one of ${choices.join(", ")}, got "${text ?? ""}". ` +
        `Leave it out for ${this.#option(name)?.default ?? "none"}.`,
    );
    return choices[0];
  }

  /** Records a problem when two of the options that exclude each other are given. */
  exclude(...names: readonly string[]): void {
    const given = names.filter((name) => this.#given.has(name)).map((name) => `--${name}`);
    if (given.length < 2) return;
    this.problem(`the options must not contradict, got ${given.join(" and ")}. Choose one.`);
  }

  /** Records a problem when a write could not be confirmed by anyone. */
  requireConsent(): void {
    if (this.flag("yes") || this.interactive) return;
    this.problem(
      "the write must be confirmed, got no terminal to ask on. " +
        "Add --yes when it is meant, or run it in a terminal without --non-interactive.",
    );
  }

  /** The command needs no cluster: its options are not read. */
  stayOffline(): void {
    this.#offline = true;
  }

  get offline(): boolean {
    return this.#offline;
  }

  problem(text: string): void {
    this.#problems.push(text);
  }

  /** Throws InputError when any problem was found. */
  check(): void {
    if (this.#problems.length > 0) throw new InputError([...new Set(this.#problems)]);
  }

  #option(name: string): Option | undefined {
    return this.#options[name];
  }
}
