import { createHash } from "node:crypto";

/** uuidOf is the UUID (version 5, RFC 9562) of the words, the same on every machine. */
export function uuidOf(...words: readonly string[]): string {
  const text = JSON.stringify(words.map((word) => word.toLowerCase()));
  const bytes = createHash("sha1").update(text).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
