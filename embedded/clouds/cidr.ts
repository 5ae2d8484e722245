/** A block of IPv4 addresses: the first one and how many there are. */
export interface Cidr {
  readonly first: number;
  readonly size: number;
}

/** parseCidr reads `10.0.0.0/16`; undefined when it is none, or when the address has bits beyond the prefix. */
export function parseCidr(text: string): Cidr | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(text);
  if (match === null) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, prefix = 33] = match.slice(1).map(Number);
  if (prefix > 32 || [a, b, c, d].some((part) => part > 255)) return undefined;
  const first = ((a * 256 + b) * 256 + c) * 256 + d;
  const size = 2 ** (32 - prefix);
  return first % size === 0 ? { first, size } : undefined;
}

export function contains(outer: Cidr, inner: Cidr): boolean {
  return outer.first <= inner.first && inner.first + inner.size <= outer.first + outer.size;
}

export function overlaps(left: Cidr, right: Cidr): boolean {
  return left.first < right.first + right.size && right.first < left.first + left.size;
}
