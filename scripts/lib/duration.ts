const unitMilliseconds = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;
const wholeDuration = /^(?:\d+(?:\.\d+)?(?:ms|h|m|s))+$/;
const parts = /(\d+(?:\.\d+)?)(ms|h|m|s)/g;

/** parseDuration is the milliseconds of a Go duration such as `90s`, `5m` or `1h30m`; undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  if (!wholeDuration.test(text)) return undefined;
  let milliseconds = 0;
  for (const [, amount = "", unit = ""] of text.matchAll(parts)) {
    milliseconds += Number(amount) * unitMilliseconds[unit as keyof typeof unitMilliseconds];
  }
  return Math.round(milliseconds);
}
