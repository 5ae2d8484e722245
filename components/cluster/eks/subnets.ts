import { networkOf } from "../../config/networks.ts";

/** The networks of one availability zone. */
export interface ZoneNetworks {
  readonly zone: string;
  /** For nodes and pods. */
  readonly private: string;
  /** For load balancers and the way out. */
  readonly public: string;
}

/**
 * subnetsOf cuts the network of a VPC: a quarter of it for the nodes and pods of each zone, and of the last quarter a
 * quarter for load balancers. A zone keeps its networks when another is added behind it.
 */
export function subnetsOf(cidr: string, zones: readonly string[]): ZoneNetworks[] {
  const { address, prefix } = networkOf(cidr) ?? { address: 0, prefix: 16 };
  const quarter = 2 ** (32 - prefix - 2);
  const last = address + 3 * quarter;
  return zones.map((zone, index) => ({
    zone,
    private: cidrText(address + index * quarter, prefix + 2),
    public: cidrText(last + (index * quarter) / 4, prefix + 4),
  }));
}

function cidrText(address: number, prefix: number): string {
  const bytes = [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256);
  return `${bytes.join(".")}/${prefix}`;
}
