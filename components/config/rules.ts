import { isObject, type Rule } from "./fields.ts";

/** A span of time as Go writes it, with one unit. */
export type Duration = `${number}${"s" | "m" | "h"}`;

const kubernetesName = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

export const text: Rule<string> = {
  must: "be a text that is not empty",
  parse: (value) => (typeof value === "string" && value.trim() !== "" ? value : undefined),
};

/** A boolean. Pulumi hands the values at the top of the configuration over as text. */
export const flag: Rule<boolean> = {
  must: "be true or false",
  example: "true",
  parse: (value) => {
    if (value === true || value === "true") return true;
    return value === false || value === "false" ? false : undefined;
  },
};

export const duration: Rule<Duration> = {
  must: "be a duration such as 90s, 5m or 1h",
  example: "5m",
  parse: (value) =>
    typeof value === "string" && /^[1-9]\d{0,4}[smh]$/.test(value)
      ? (value as Duration)
      : undefined,
};

const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** A moment of RFC 3339, as it is written. */
export const time: Rule<string> = {
  must: "be a time such as 2026-01-31T12:00:00Z",
  example: "2026-01-31T12:00:00Z",
  parse: (value) =>
    typeof value === "string" && timestamp.test(value) && !Number.isNaN(Date.parse(value))
      ? value
      : undefined,
};

/** How Go prints a time, which is what Pulumi hands over for one at the top of the configuration. */
const printed = /^(\S{10}) (\S+) ([+-]\d\d)(\d\d) \S+$/;

/** A moment, in UTC and without milliseconds, however it is written. */
export const moment: Rule<string> = {
  ...time,
  parse: (value) => {
    const text = typeof value === "string" ? value.replace(printed, "$1T$2$3:$4") : value;
    const parsed = time.parse(text);
    return parsed === undefined ? undefined : `${new Date(parsed).toISOString().slice(0, 19)}Z`;
  },
};

/** A program and its arguments. */
export const command: Rule<readonly string[]> = {
  must: "be a list of words, the program first",
  parse: (value) => {
    const good = Array.isArray(value) && value.every((word) => typeof word === "string");
    return good && value[0] !== undefined && value[0] !== "" ? value : undefined;
  },
};

/** One of the values of a list. */
export function oneOf<T extends string>(...values: readonly [T, ...T[]]): Rule<T> {
  return {
    must: `be ${values.map((value) => `"${value}"`).join(" or ")}`,
    example: values[0],
    parse: (value) => values.find((known) => known === value),
  };
}

/** A text that matches, such as `pattern(/^a/, "begin with a", "ab")`. */
export function pattern(matches: RegExp, must: string, example: string): Rule<string> {
  return {
    must,
    example,
    parse: (value) => (typeof value === "string" && matches.test(value) ? value : undefined),
  };
}

export const name = pattern(
  kubernetesName,
  "be a Kubernetes name (at most 63 lower-case letters, digits and dashes)",
  "dev",
);

/** An exact version: what is reconciled in a year is what was tested today. */
export function version(example: string): Rule<string> {
  return pattern(
    /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/,
    `be an exact version such as ${example}`,
    example,
  );
}

/** A version of Kubernetes with its quotes: without them 1.30 is the number 1.3. */
export const kubernetesVersion = pattern(
  /^1\.\d{2}$/,
  "be a version of Kubernetes such as 1.34, as a text",
  "1.34",
);

export const namespacedName = pattern(
  /^[a-z0-9][-a-z0-9]{0,62}\/[a-z0-9][-.a-z0-9]{0,252}$/,
  "be namespace/name",
  "flux-system/apps",
);

/** A list whose items all keep the rule. */
export function listOf<T>(rule: Rule<T>, items: string): Rule<readonly T[]> {
  return {
    must: `be a list of ${items}`,
    parse: (value) => {
      if (!Array.isArray(value)) return undefined;
      const parsed = value.map((item: unknown) => rule.parse(item));
      return parsed.every((item) => item !== undefined) ? parsed : undefined;
    },
  };
}

/** A map of texts whose keys match. */
export function mapOf(key: RegExp, must: string): Rule<Readonly<Record<string, string>>> {
  return {
    must,
    parse: (value) => {
      if (!isObject(value)) return undefined;
      const good = Object.entries(value).every(
        ([name, item]) => key.test(name) && typeof item === "string",
      );
      return good ? (value as Record<string, string>) : undefined;
    },
  };
}

/** The labels of nodes. */
export const labels = mapOf(/^[\w./-]{1,317}$/, "be a map of labels to texts");

/** A whole number of that range. */
export function count(least: number, most: number): Rule<number> {
  return {
    must: `be a whole number from ${least} to ${most}`,
    example: String(least),
    parse: (value) =>
      Number.isInteger(value) && (value as number) >= least && (value as number) <= most
        ? (value as number)
        : undefined,
  };
}
