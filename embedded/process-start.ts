import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * processStart is when the process began, in the words of the operating system; undefined when no such process runs. A
 * process id alone is used again. A zombie counts as gone: it holds no port and no file.
 */
export function processStart(pid: number): string | undefined {
  if (process.platform !== "linux") return startedByPs(pid);
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the command in parentheses and may hold blanks; the start time is field 22 of all.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function startedByPs(pid: number): string | undefined {
  try {
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
}
