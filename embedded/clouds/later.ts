import { setTimeout as delay } from "node:timers/promises";

/** Does the work that many milliseconds later, as a cloud does what nobody waits for. A failure is only reported. */
export function later(milliseconds: number, work: () => Promise<void>): void {
  delay(milliseconds)
    .then(work)
    .catch((error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
    });
}
