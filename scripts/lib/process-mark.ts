import { readFileSync, readlinkSync } from "node:fs";

/** Where the kernel says which machine, boot and process namespace this is. */
const bootFile = "/proc/sys/kernel/random/boot_id";
const namespaceLink = "/proc/self/ns/pid";

/**
 * processMark is `<boot>/<pid namespace>/<pid>/<start>` of this process, which no other process ever has; undefined where
 * the kernel does not tell.
 */
export function processMark(pid = process.pid): string | undefined {
  const [place, start] = [placeOf(), startOf(pid)];
  return place === undefined || start === undefined ? undefined : `${place}/${pid}/${start}`;
}

/** isDead is true when the marked process ran in this very place and is not there any more. */
export function isDead(mark: string | undefined): boolean {
  const place = placeOf();
  if (mark === undefined || place === undefined || !mark.startsWith(`${place}/`)) return false;
  const [pid = "", start] = mark.slice(place.length + 1).split("/");
  return startOf(Number(pid)) !== start;
}

function placeOf(): string | undefined {
  try {
    const boot = readFileSync(bootFile, "utf8").trim();
    return `${boot}/${readlinkSync(namespaceLink)}`;
  } catch {
    return undefined;
  }
}

/** In clock ticks since the boot; undefined when there is no such process. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name of the program, in parentheses, may hold blanks.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // A process that was killed but not yet reaped does nothing any more.
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
