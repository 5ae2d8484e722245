/** Problem says what a setting must be, and what a person does about it. */
export interface Problem {
  /** The setting's path, such as `sync.url`. */
  readonly what: string;
  /** What follows "must". */
  readonly must: string;
  /** What was found, as `shown` or `hidden` renders it. */
  readonly got: string;
  /** A sentence or a command. */
  readonly fix: string;
}

/** What a person should know of settings that are good. */
export interface Note {
  readonly severity: "info" | "warn";
  readonly text: string;
}

/** What is said of a secret instead of its value. */
export const hidden = "a value that is not shown";

const longestShown = 80;

/** problemText is `<what> must <rule>, got <value>. <how to fix>.` */
export function problemText({ what, must, got, fix }: Problem): string {
  return `${what} must ${must}, got ${got}. ${fix}`;
}

/** shown renders a value for a person: cut to 80 characters, without the credentials of a URL or an age key. */
export function shown(value: unknown): string {
  if (value === undefined || value === null || value === "") return "nothing";
  const text = JSON.stringify(value)
    .replaceAll(/:\/\/[^/@\s"]*@/g, "://…@")
    .replaceAll(/AGE-SECRET-KEY-[A-Z0-9-]*/gi, "AGE-SECRET-KEY-…");
  return text.length > longestShown ? `${text.slice(0, longestShown - 1)}…` : text;
}

/** What Pulumi makes of a word that is set below an object: a number or a boolean where it looks like one. */
export function asTyped(word: string): unknown {
  if (word === "true" || word === "false") return word === "true";
  return /^\d+$/.test(word) ? Number(word) : word;
}

/** setCommand is the command that sets a setting of the stack; `isText` where the setting takes only texts. */
export function setCommand(path: string, value: string, isText = false): string {
  const nested = /[.[]/.test(path) ? "--path " : "";
  const typed = nested !== "" && isText && asTyped(value) !== value ? "--type string " : "";
  return `Run: pulumi config set ${nested}${typed}${quoted(path)} ${quoted(value)}`;
}

/** setSecretCommand asks for the value, so that it reaches no shell history. */
export function setSecretCommand(path: string): string {
  const nested = /[.[]/.test(path) ? "--path " : "";
  return `Run: pulumi config set --secret ${nested}${quoted(path)}`;
}

/** removeCommand is the command that removes a setting of the stack. */
export function removeCommand(path: string): string {
  const nested = /[.[]/.test(path) ? "--path " : "";
  return `Run: pulumi config rm ${nested}${quoted(path)}`;
}

function quoted(word: string): string {
  return /^[\w./:@-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
