import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { Log } from "../../scripts/lib/log.ts";
import { layoutOf } from "./layout.ts";

const lines = 20;

/** Prints the end of the log of one program of the cluster, or of each. Throws when there is no such log. */
export function showLogs(name: string, program: string | undefined, log: Log): void {
  const directory = layoutOf(name).logs;
  const programs = existsSync(directory)
    ? readdirSync(directory).flatMap((file) => (file.endsWith(".log") ? [file.slice(0, -4)] : []))
    : [];
  const wanted = program === undefined ? programs : programs.filter((other) => other === program);
  if (wanted.length === 0) {
    const known = programs.length === 0 ? `npm run embedded -- start ${name}` : programs.join(", ");
    throw new Error(
      `the program must be one of embedded cluster ${name}, got "${program ?? ""}". Try: ${known}`,
    );
  }
  for (const one of wanted) {
    const file = join(directory, `${one}.log`);
    log.line(`${one} (${file})`);
    const end = readFileSync(file, "utf8").trimEnd().split("\n").slice(-lines);
    process.stdout.write(`${end.map((line) => `  ${line}`).join("\n")}\n`);
  }
}
