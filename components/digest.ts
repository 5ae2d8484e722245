import { createHash } from "node:crypto";

/** digest tells two values apart without holding either; the order of keys counts. */
export function digest(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
}
