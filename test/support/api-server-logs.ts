import type { Watcher } from "./api-server-watches.ts";

/** PodLogs holds the lines of each pod by its name, and writes new ones to whoever follows. */
export class PodLogs extends Map<string, string[]> {
  readonly #followers = new Map<string, Set<Watcher["response"]>>();

  /** Adds a line to the log of a pod, as its container would. */
  write(pod: string, line: string): void {
    this.set(pod, [...(this.get(pod) ?? []), line]);
    for (const response of this.#of(pod)) response.write(`${line}\n`);
  }

  /** Ends the answers to those who follow the pod, as its container's end does. */
  end(pod: string): void {
    for (const response of this.#of(pod)) response.end();
    this.#followers.delete(pod);
  }

  /** How many follow the pod. */
  followers(pod: string): number {
    return this.#of(pod).size;
  }

  answer({ target: { name = "" }, query, response }: Watcher): void {
    const lines = (this.get(name) ?? []).filter((line) => isSince(line, query.get("sinceTime")));
    if (query.get("follow") !== "true") {
      response.end(lines.slice(-Number(query.get("tailLines") ?? "10")).join("\n"));
      return;
    }
    response.writeHead(200, { "content-type": "text/plain" });
    response.flushHeaders();
    for (const line of lines) response.write(`${line}\n`);
    this.#of(name).add(response);
    response.on("close", () => this.#of(name).delete(response));
  }

  #of(pod: string): Set<Watcher["response"]> {
    const known = this.#followers.get(pod) ?? new Set();
    this.#followers.set(pod, known);
    return known;
  }
}

/** Whether a line was written in the second of that time or later, as far as it tells; a kubelet knows no fractions here. */
function isSince(line: string, time: string | null): boolean {
  const written = Date.parse(line.split(" ")[0] ?? "");
  if (time === null || Number.isNaN(written)) return true;
  return written >= Math.floor(Date.parse(time) / 1000) * 1000;
}
