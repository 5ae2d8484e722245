import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Node by itself connects a child by sockets, and on a socket a command cannot open /dev/stdin, /dev/stdout or
// /dev/stderr. All that is opened here is closed in other children by Node.
const { O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** A pipe from a child to this process. Both ends are open file descriptors. */
export interface Pipe {
  /** For a non-blocking stream of this process. */
  readonly read: number;
  /** For the child, to be closed here once the child has it. */
  readonly write: number;
}

function inDirectory<T>(use: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), "command-plugin-"));
  try {
    return use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** openPipes opens the pipes for what a child writes. */
export function openPipes(): { stdout: Pipe; stderr: Pipe } {
  return inDirectory((directory) => {
    const paths = { stdout: join(directory, "stdout"), stderr: join(directory, "stderr") };
    execFileSync("mkfifo", [paths.stdout, paths.stderr]);
    const open = (path: string): Pipe => ({
      // Only a non-blocking reader may come before the writer.
      read: openSync(path, O_RDONLY | O_NONBLOCK),
      write: openSync(path, O_WRONLY),
    });
    return { stdout: open(paths.stdout), stderr: open(paths.stderr) };
  });
}

/** openInput opens a file without a name for a child to read the text from. It may hold secrets. */
export function openInput(text: string): number {
  const { read, write } = inDirectory((directory) => {
    const path = join(directory, "stdin");
    return { write: openSync(path, "wx", 0o600), read: openSync(path, O_RDONLY) };
  });
  writeFileSync(write, text);
  closeSync(write);
  return read;
}
