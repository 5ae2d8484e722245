const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** formatAge is how people say an age: `41s`, `5m`, `3h20m`, `2d4h`, `40d`. Negative ages are 0s. */
export function formatAge(milliseconds: number): string {
  const age = Math.max(milliseconds, 0);
  if (age < 2 * minute) return `${Math.floor(age / second)}s`;
  if (age < hour) return `${Math.floor(age / minute)}m`;
  if (age < day) return both(age, [hour, "h"], [minute, "m"]);
  if (age < 10 * day) return both(age, [day, "d"], [hour, "h"]);
  return `${Math.floor(age / day)}d`;
}

/** ageSince is the age of an RFC 3339 time; `unknown` for anything else. */
export function ageSince(time: string | undefined, now: number): string {
  const at = Date.parse(time ?? "");
  return Number.isNaN(at) ? "unknown" : formatAge(now - at);
}

type Unit = readonly [milliseconds: number, letter: string];

function both(age: number, [large, letter]: Unit, [small, other]: Unit): string {
  const rest = Math.floor((age % large) / small);
  return `${Math.floor(age / large)}${letter}${rest === 0 ? "" : `${rest}${other}`}`;
}
