import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** CriLog writes a container's output in the format that kubelets and kwok read: `<time> <stream> F <line>`. */
export class CriLog {
  readonly #file: number;

  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.#file = openSync(path, "a", 0o600);
  }

  /** Copies a stream, line by line, until it ends. */
  copy(stream: Readable, name: "stdout" | "stderr"): void {
    createInterface({ input: stream }).on("line", (line) => {
      this.write(line, name);
    });
  }

  write(line: string, name: "stdout" | "stderr"): void {
    // Kubernetes' own readers want nanoseconds.
    const time = new Date().toISOString().replace("Z", "000000Z");
    writeSync(this.#file, `${time} ${name} F ${line}\n`);
  }

  close(): void {
    closeSync(this.#file);
  }
}
