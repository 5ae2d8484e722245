import {
  asTyped,
  hidden,
  type Problem,
  problemText,
  removeCommand,
  setCommand,
  shown,
} from "./problem.ts";
import { similar } from "../../scripts/lib/similar.ts";

/** Rule turns a value as it is configured into the one that is used. */
export interface Rule<T> {
  /** What follows "must" in the message for a value that breaks the rule. */
  readonly must: string;
  /** A value that keeps the rule, for the command in the message. */
  readonly example?: string;
  /** Undefined when the value breaks the rule. */
  readonly parse: (value: unknown) => T | undefined;
}

/** Where the fields of an object stand and where problems with them go. */
export interface Place {
  /** The path of the object, empty at the top. */
  readonly path: string;
  readonly problems: string[];
  /** The keys whose values are never shown, nor anything below them. */
  readonly hides: (key: string) => boolean;
}

/** Fields reads one object of the configuration key by key and notes what is wrong with it. */
export class Fields {
  readonly place: Place;
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #known = new Set<string>();

  constructor(values: Readonly<Record<string, unknown>>, place: Place) {
    this.#values = values;
    this.place = place;
  }

  /** The value, or the default where nothing is configured (and where a problem was noted). */
  value<T>(key: string, rule: Rule<T>, fallback: T): T {
    return this.optional(key, rule) ?? fallback;
  }

  /** The value, or undefined where nothing is configured (and where a problem was noted). */
  optional<T>(key: string, rule: Rule<T>): T | undefined {
    this.#known.add(key);
    const value = this.#values[key];
    if (value === undefined || value === null) return undefined;
    const parsed = rule.parse(value);
    if (parsed === undefined) this.#broken(key, rule);
    return parsed;
  }

  /** As `optional`, but nothing is a problem too. */
  required<T>(key: string, rule: Rule<T>): T | undefined {
    if (this.has(key)) return this.optional(key, rule);
    this.#known.add(key);
    this.#broken(key, rule);
    return undefined;
  }

  /** Notes a problem when the key is set, for the reason that follows "must be absent". */
  absent(key: string, reason: string): void {
    this.#known.add(key);
    if (!this.has(key)) return;
    this.note(key, `be absent ${reason}`, removeCommand(this.path(key)));
  }

  /** The fields of an object, none where nothing is configured. */
  object(key: string): Fields {
    this.#known.add(key);
    const value = this.#values[key];
    const { problems, hides } = this.place;
    const place = { path: this.path(key), problems, hides: () => hides(key) };
    if (value === undefined || value === null) return new Fields({}, place);
    if (isObject(value)) return new Fields(value, place);
    this.note(key, "be an object", "Write it as a map in the stack's configuration file.");
    return new Fields({}, place);
  }

  has(key: string): boolean {
    return this.#values[key] !== undefined && this.#values[key] !== null;
  }

  /** Whether the key asks for something: `false` and `{}` do not, as leaving it out does not. */
  asks(key: string): boolean {
    const value = this.#values[key];
    if (isObject(value)) return Object.keys(value).length > 0;
    return this.has(key) && value !== false && value !== "false";
  }

  /** Says that the key may stand there, whatever its value. */
  allow(key: string): void {
    this.#known.add(key);
  }

  keys(): string[] {
    return Object.keys(this.#values);
  }

  /** Notes that the value of the key breaks a rule. */
  note(key: string, must: string, fix: string): void {
    const got = this.has(key) && this.place.hides(key) ? hidden : shown(this.#values[key]);
    this.report({ what: this.path(key), must, got, fix });
  }

  report(problem: Problem): void {
    this.place.problems.push(problemText(problem));
  }

  /** Notes every key that nobody asked for. */
  finish(): void {
    const known = [...this.#known].toSorted();
    const what = this.place.path === "" ? "the configuration" : this.place.path;
    const must = `hold only the keys ${known.map((key) => `"${key}"`).join(", ")}`;
    for (const key of this.keys().filter((key) => !this.#known.has(key))) {
      const meant = similar(key, known);
      const fix =
        meant === undefined ? removeCommand(this.path(key)) : `Did you mean "${this.path(meant)}"?`;
      this.report({ what, must, got: `"${key}"`, fix });
    }
  }

  /** The path of a key, as `pulumi config set --path` takes it. */
  path(key: string): string {
    const { path } = this.place;
    if (path === "") return key;
    return /^\w+$/.test(key) ? `${path}.${key}` : `${path}["${key}"]`;
  }

  #broken(key: string, { must, example, parse }: Rule<unknown>): void {
    const fix =
      example === undefined
        ? "Correct it in the stack's configuration file."
        : setCommand(this.path(key), example, parse(asTyped(example)) === undefined);
    this.note(key, must, fix);
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
