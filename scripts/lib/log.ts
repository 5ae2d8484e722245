/** Log writes progress for a person. Machine-readable results never go through it. */
export interface Log {
  /** Something begins: `► installing …`. */
  start(text: string): void;
  /** A bounded wait begins or goes on: `◎ waiting for Kind/namespace/name (condition) up to 5m`. */
  wait(text: string): void;
  /** Something is true now: `✔ … in 41s`. */
  done(text: string): void;
  /** Something failed: `✗ … : reason`. */
  fail(text: string): void;
  /** Text without a glyph: details, tables, hints. */
  line(text: string): void;
}

// The Command provider stalls on a line over 64 KiB, and a terminal is no better at reading one.
const longestLine = 4096;

/** createLog sends every line, cut to 4 KiB, to `write` (without its newline). */
export function createLog(write: (line: string) => void): Log {
  const print = (prefix: string) => (text: string) => {
    for (const line of `${prefix}${text}`.split("\n")) {
      write(line.length > longestLine ? `${line.slice(0, longestLine - 1)}…` : line);
    }
  };
  return {
    start: print("► "),
    wait: print("◎ "),
    done: print("✔ "),
    fail: print("✗ "),
    line: print(""),
  };
}

/** stderrLog leaves stdout to results. */
export const stderrLog: Log = createLog((line) => process.stderr.write(`${line}\n`));

/** formatDuration renders milliseconds the way people say them: `0.4s`, `41s`, `2m05s`, `1h02m`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 9_950) return `${(milliseconds / 1000).toFixed(1)}s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${String(seconds % 60).padStart(2, "0")}s`;
  return `${Math.floor(minutes / 60)}h${String(minutes % 60).padStart(2, "0")}m`;
}
