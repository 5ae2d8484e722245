import { parse, stringify } from "yaml";

/** The content of a Pulumi stack file. */
export interface StackConfig {
  readonly encryptionsalt?: string;
  readonly config?: Readonly<Record<string, unknown>>;
}

/**
 * mergeStackConfig is the stack file that the embedded environment works with: the keys of the checkout's file, under
 * those that were set in the working file itself since it was made from an earlier state of the checkout's file. The
 * salt of the working file stays, so that the checkout's file never holds one.
 */
export function mergeStackConfig(checkout: string, working = "", madeFrom = ""): string {
  const { config: wanted = {} } = read(checkout);
  const { config: current = {}, encryptionsalt } = read(working);
  const { config: earlier = {} } = read(madeFrom);
  const own = Object.entries(current).filter(([key, value]) => differs(value, earlier[key]));
  const merged = { ...wanted, ...Object.fromEntries(own) };
  return stringify({ ...(encryptionsalt !== undefined && { encryptionsalt }), config: merged });
}

function read(text: string): StackConfig {
  return (parse(text) ?? {}) as StackConfig;
}

function differs(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) !== JSON.stringify(right);
}
