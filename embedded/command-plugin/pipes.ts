import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const { O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } = constants;

/** A pipe between this process and a child. Both ends are open file descriptors. */
export interface Pipe {
  /** For a non-blocking stream of this process. */
  readonly own: number;
  /** For the child, to be closed here once the child has it. */
  readonly child: number;
}

function openPipe(path: string, own: "read" | "write"): Pipe {
  // An open of one end waits for the other; with both ends open it does not.
  const both = openSync(path, O_RDWR | O_NONBLOCK);
  try {
    const read = openSync(path, O_RDONLY | (own === "read" ? O_NONBLOCK : 0));
    const write = openSync(path, O_WRONLY | (own === "write" ? O_NONBLOCK : 0));
    return own === "read" ? { own: read, child: write } : { own: write, child: read };
  } finally {
    closeSync(both);
  }
}

/**
 * openPipes opens the three pipes of a child. Node by itself would connect it by sockets, and on a socket a command
 * cannot open `/dev/stdin`, `/dev/stdout` or `/dev/stderr`.
 */
export function openPipes(): { stdin: Pipe; stdout: Pipe; stderr: Pipe } {
  const directory = mkdtempSync(join(tmpdir(), "command-pipes-"));
  const path = (name: string) => join(directory, name);
  try {
    execFileSync("mkfifo", ["stdin", "stdout", "stderr"].map(path));
    return {
      stdin: openPipe(path("stdin"), "write"),
      stdout: openPipe(path("stdout"), "read"),
      stderr: openPipe(path("stderr"), "read"),
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
