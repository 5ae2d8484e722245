import { totalmem } from "node:os";

const gibibyte = 2 ** 30;

/**
 * The environment in which the Go programs of the embedded cluster collect their garbage less often. On the few
 * processors of a laptop or of CI they share all of them, and collecting takes a sixth of their time; it is spared where
 * the machine has the memory for it (7 GiB), and left as Go has it elsewhere.
 */
export function rareCollection(memory: number = totalmem()): Record<string, string> {
  return memory >= 7 * gibibyte ? { GOGC: "400" } : {};
}
