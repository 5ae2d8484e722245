import { existsSync, readdirSync } from "node:fs";

import { layoutOf } from "../cluster/layout.ts";
import { readAddresses } from "./addresses.ts";

/** What a cloud would bill for a cluster: all that is given and not yet taken back, running or not. */
export interface Bill {
  /** Each as `198.51.100.1 namespace/service`, with every Service that shares it. */
  readonly addresses: readonly string[];
  /** The names of the PersistentVolumes that have a directory. */
  readonly volumes: readonly string[];
}

/** The bill of the embedded cluster of that name. */
export function billOf(name: string): Bill {
  const { addresses, volumes } = layoutOf(name);
  const held = Object.entries(readAddresses(addresses)).map(([address, holders]) =>
    [address, ...holders.map(({ service }) => service)].join(" "),
  );
  return { addresses: held, volumes: existsSync(volumes) ? readdirSync(volumes).sort() : [] };
}
