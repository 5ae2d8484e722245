import { constants } from "node:os";
import { getSystemErrorMessage } from "node:util";

// Names that the published plugin's language gives to signals; any other is called by its number.
const signalNames: Readonly<Partial<Record<NodeJS.Signals, string>>> = {
  SIGHUP: "hangup",
  SIGINT: "interrupt",
  SIGQUIT: "quit",
  SIGILL: "illegal instruction",
  SIGTRAP: "trace/breakpoint trap",
  SIGABRT: "aborted",
  SIGBUS: "bus error",
  SIGFPE: "floating point exception",
  SIGKILL: "killed",
  SIGUSR1: "user defined signal 1",
  SIGSEGV: "segmentation fault",
  SIGUSR2: "user defined signal 2",
  SIGPIPE: "broken pipe",
  SIGALRM: "alarm clock",
  SIGTERM: "terminated",
};

/** exitFailure says how a process ended, or nothing when it ended well. */
export function exitFailure(
  code: number | null,
  signal: NodeJS.Signals | null,
): string | undefined {
  if (signal !== null) {
    return `signal: ${signalNames[signal] ?? `signal ${constants.signals[signal]}`}`;
  }
  return code === 0 ? undefined : `exit status ${String(code)}`;
}

/** systemMessage is the operating system's text for a failed call, for example `permission denied`. */
export function systemMessage(error: unknown): string {
  const { errno, code } = error as NodeJS.ErrnoException;
  if (errno !== undefined) return getSystemErrorMessage(errno);
  return code === "ERR_INVALID_ARG_VALUE" ? "invalid argument" : String(error);
}

const escapes: Readonly<Record<string, string>> = {
  "\u0007": "a",
  "\b": "b",
  "\f": "f",
  "\n": "n",
  "\r": "r",
  "\t": "t",
  "\v": "v",
  "\\": "\\",
  '"': '"',
};

function escapeCharacter(character: string): string {
  const known = escapes[character];
  if (known !== undefined) return `\\${known}`;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x80) return `\\x${hex.padStart(2, "0")}`;
  return code > 0xffff ? `\\U${hex.padStart(8, "0")}` : `\\u${hex.padStart(4, "0")}`;
}

/** quote writes text between double quotes, with everything that does not print as an escape. */
export function quote(text: string): string {
  return `"${text.replaceAll(/["\\]|(?! )[\p{C}\p{Z}]/gu, escapeCharacter)}"`;
}
