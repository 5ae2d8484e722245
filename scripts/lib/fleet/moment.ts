import { parseDuration } from "../duration.ts";
import { InputError } from "../environment.ts";

const clockTime = /^(?:(\d+):)?(\d{1,2}):(\d{2})(?:\.(\d{1,3}))?$/;

const otherwise = "Leave it out for the end of the recording.";

/**
 * parseMoment is how many milliseconds after the start the moment lies: `00:37`, `1:02:03` and `1m20s` count from the start,
 * an ISO time does not. Throws InputError for any other text.
 */
export function parseMoment(text: string, startedAt: number): number {
  const offset = parseClockTime(text) ?? parseDuration(text) ?? Date.parse(text) - startedAt;
  if (!Number.isNaN(offset)) return offset;
  const example = new Date(startedAt).toISOString();
  throw new InputError([
    `the moment must be a time such as 00:37, 1m20s or ${example}, got "${text}". ${otherwise}`,
  ]);
}

/** requireWithin throws InputError for a moment that lies outside of a recording of that many milliseconds. */
export function requireWithin(text: string, offset: number, length: number): void {
  // A person reads whole seconds off a report: the last one counts as inside.
  if (offset >= 0 && offset < length + 1000) return;
  throw new InputError([
    `the moment must lie between 00:00 and ${formatMoment(length)}, got "${text}". ${otherwise}`,
  ]);
}

function parseClockTime(text: string): number | undefined {
  const match = clockTime.exec(text.trim());
  if (match === null) return undefined;
  const [, hours = "0", minutes = "", seconds = "", fraction = ""] = match;
  const whole = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  return whole * 1000 + Number(fraction.padEnd(3, "0"));
}

/** formatMoment renders milliseconds after the start as `00:37`, or `1:02:03`. */
export function formatMoment(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const two = (number: number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const clock = `${two(minutes)}:${two(seconds % 60)}`;
  return hours === 0 ? clock : `${hours}:${clock}`;
}
