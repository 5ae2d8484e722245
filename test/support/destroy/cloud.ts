import { existsSync, readdirSync } from "node:fs";

import { readAddresses } from "../../../embedded/cloud/addresses.ts";
import { type Operation, settings } from "../../../embedded/cloud/latencies.ts";
import { layoutOf } from "../../../embedded/cluster/layout.ts";
import type { Embedded } from "../embedded.ts";

/** The Services that hold an address of the cloud, as `namespace/name`, sorted. */
export function addressHolders({ name }: Embedded): string[] {
  const handedOut = Object.values(readAddresses(layoutOf(name).addresses));
  return handedOut
    .flat()
    .map(({ service }) => service)
    .sort();
}

/** The volumes that the cloud keeps, by the names of their directories. */
export function volumeDirectories({ name }: Embedded): string[] {
  const { volumes } = layoutOf(name);
  return existsSync(volumes) ? readdirSync(volumes).sort() : [];
}

/** Makes the cloud take that many milliseconds for its operations; those left out take what they take by default. */
export async function setLatencies(
  { cluster }: Embedded,
  milliseconds: Readonly<Partial<Record<Operation, number>>>,
): Promise<void> {
  const { resource, namespace, name } = settings;
  const entries = Object.entries(milliseconds).map(([key, value]) => [key, String(value)]);
  const object = {
    apiVersion: resource.apiVersion,
    kind: resource.kind,
    metadata: { name, namespace },
    data: Object.fromEntries(entries) as Record<string, string>,
  };
  await cluster.apply(resource, object, "person");
}

/** A cloud that takes no time. */
export const noLatency: Readonly<Record<Operation, number>> = {
  "attach-address": 0,
  "release-address": 0,
  "provision-volume": 0,
  "delete-volume": 0,
};
