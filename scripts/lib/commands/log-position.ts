const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d) /;

/**
 * LogPosition is how far the log of a container was read, by the times that the kubelet puts before its lines. A log that
 * is asked for again begins with lines of the last second: those that were read are left out.
 */
export class LogPosition {
  /** Comparable as text; empty before the first line. */
  #last: string;
  /** Lines of that very time. */
  #count = 0;
  #resumed: { readonly from: string; left: number } | undefined;

  /** Takes the moment, in milliseconds since the epoch, before which nothing is new. @default everything is */
  constructor(start?: number) {
    this.#last = start === undefined ? "" : keyOf(start, "");
  }

  /** Whether there is a time to ask from. */
  get known(): boolean {
    return this.#last !== "";
  }

  /** The time to ask for the log from. */
  get sinceTime(): string {
    return new Date(Number.parseInt(this.#last, 10) * 1000).toISOString();
  }

  /** The log is asked for again. */
  resume(): void {
    this.#resumed = { from: this.#last, left: this.#count };
  }

  /** Takes the next line and tells whether it is new. */
  takes(line: string): boolean {
    const time = timeOf(line);
    if (this.#resumed !== undefined && time !== undefined) {
      const { from, left } = this.#resumed;
      if (time < from) return false;
      if (time === from && left > 0) {
        this.#resumed.left -= 1;
        return false;
      }
      this.#resumed = undefined;
    }
    if (time !== undefined) {
      this.#count = time === this.#last ? this.#count + 1 : 1;
      this.#last = time;
    }
    return true;
  }
}

/** Seconds and nanoseconds; undefined for a line without a time. */
function timeOf(line: string): string | undefined {
  const [, second, fraction = "", zone = "Z"] = stamp.exec(line) ?? [];
  if (second === undefined) return undefined;
  return keyOf(Date.parse(`${second}${zone}`), fraction);
}

function keyOf(milliseconds: number, fraction: string): string {
  return `${Math.floor(milliseconds / 1000)}.${fraction.padEnd(9, "0")}`;
}
