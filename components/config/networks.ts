import type { Rule } from "./fields.ts";
import { listOf } from "./rules.ts";

/** An IPv4 network without bits behind its prefix. */
export interface Network {
  readonly address: number;
  readonly prefix: number;
}

/** networkOf reads `10.0.0.0/16`; undefined for anything else. */
export function networkOf(value: unknown): Network | undefined {
  if (typeof value !== "string" || !/^\d+(\.\d+){3}\/\d+$/.test(value)) return undefined;
  const numbers = value.split(/[./]/).map(Number);
  const bytes = numbers.slice(0, 4);
  const prefix = numbers[4] ?? 0;
  const address = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  const isValid = bytes.every((byte) => byte < 256) && prefix <= 32;
  return isValid && address % 2 ** (32 - prefix) === 0 ? { address, prefix } : undefined;
}

/** An IPv4 network from the larger size `/least` to the smaller `/most`. */
export function network(least: number, most: number): Rule<string> {
  return {
    must: `be an IPv4 network from /${least} to /${most}, such as 10.0.0.0/16`,
    example: "10.0.0.0/16",
    parse: (value) => {
      const { prefix } = networkOf(value) ?? { prefix: -1 };
      return prefix >= least && prefix <= most ? (value as string) : undefined;
    },
  };
}

/** From where a public endpoint may answer. The whole internet is no list of networks, nor are its halves. */
export const publicCidrs = listOf(
  network(8, 32),
  "IPv4 networks from /8 to /32, such as 203.0.113.0/24",
);

/** Whether two networks share an address. */
export function overlap(one: string, other: string): boolean {
  const [first, second] = [networkOf(one), networkOf(other)];
  if (first === undefined || second === undefined) return false;
  const size = 2 ** (32 - Math.min(first.prefix, second.prefix));
  return Math.floor(first.address / size) === Math.floor(second.address / size);
}
