import { parseDuration } from "./duration.ts";

/** InputError lists every problem of the input, each as `<what> must <rule>, got <value>. <how to fix>`. */
export class InputError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "InputError";
    this.problems = problems;
  }
}

/**
 * Environment reads a script's inputs from environment variables. A getter that finds a problem remembers it and gives a
 * stand-in of the right type: call `check` when all is read and before anything is used. An empty variable counts as unset.
 */
export class Environment {
  readonly #variables: NodeJS.ProcessEnv;
  readonly #problems: string[] = [];

  constructor(variables: NodeJS.ProcessEnv) {
    this.#variables = variables;
  }

  /** The value, or undefined when unset. */
  optional(name: string): string | undefined {
    const value = this.#variables[name];
    return value === "" ? undefined : value;
  }

  /** The value; `fix` says where it comes from. */
  required(name: string, fix: string): string {
    const value = this.optional(name);
    if (value === undefined) this.problem(`${name} must be set, got nothing. ${fix}`);
    return value ?? "";
  }

  /** Milliseconds of a Go duration. */
  duration(name: string, fallback: string): number {
    const text = this.optional(name) ?? fallback;
    const milliseconds = parseDuration(text);
    if (milliseconds !== undefined && milliseconds > 0) return milliseconds;
    this.problem(
      `${name} must be a duration above zero such as 90s, 5m or 1h30m, got "${text}". ` +
        `Leave it out for ${fallback}.`,
    );
    return 1;
  }

  /** One of a few words. */
  choice<T extends string>(name: string, choices: readonly T[], fallback: T): T {
    const text = this.optional(name) ?? fallback;
    const choice = choices.find((known) => known === text);
    if (choice !== undefined) return choice;
    const known = choices.map((word) => `"${word}"`).join(", ");
    this.problem(`${name} must be one of ${known}, got "${text}". Leave it out for "${fallback}".`);
    return fallback;
  }

  /** Words separated by commas; blanks around them do not count. */
  words(name: string): string[] {
    const words = (this.optional(name) ?? "").split(",").map((word) => word.trim());
    return words.filter((word) => word !== "");
  }

  /**
   * A JSON document as `parse` understands it, or undefined when unset. `parse` throws an Error whose message is the
   * rule that is broken, worded to follow "must". The value is never echoed: it may hold a credential.
   */
  json<T>(name: string, parse: (document: unknown) => T): T | undefined {
    const text = this.optional(name);
    if (text === undefined) return undefined;
    try {
      return parse(JSON.parse(text));
    } catch (error) {
      const broken = error instanceof SyntaxError || !(error instanceof Error);
      const rule = broken ? "be a JSON document" : error.message;
      this.problem(`${name} must ${rule}, got something else. Pass what the program passes.`);
      return undefined;
    }
  }

  /** Remembers a problem that the caller found. */
  problem(text: string): void {
    this.#problems.push(text);
  }

  /** Throws InputError when any problem was found. */
  check(): void {
    if (this.#problems.length > 0) throw new InputError(this.#problems);
  }
}
