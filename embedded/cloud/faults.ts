import type { KubernetesObject } from "../../scripts/lib/object.ts";

const prefix = "embedded.flux-bootstrap.dev";

/** The annotations that make the cloud fail on an object, for tests: with the value `never` it does not do that. */
export const faults = { provide: `${prefix}/provide`, release: `${prefix}/release` } as const;

export type Fault = keyof typeof faults;

/** Whether the object's annotation keeps the cloud from doing that. */
export function isKeptFrom(fault: Fault, { metadata }: KubernetesObject): boolean {
  return metadata.annotations?.[faults[fault]] === "never";
}

/** The fault of a claim that its volume inherits: a StatefulSet's template can carry it. */
export function inheritedFaults({ metadata }: KubernetesObject): Readonly<Record<string, string>> {
  const value = metadata.annotations?.[faults.release];
  return value === undefined ? {} : { [faults.release]: value };
}
