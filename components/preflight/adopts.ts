import { fluxNamespace } from "../names.ts";

/** Adopts is what stood in the cluster before the stack, and is taken over by it. */
export interface Adopts {
  /** As `Kind/namespace/name`. */
  readonly objects: readonly string[];
  /** Whether Flux reconciled a source already. */
  readonly sync: boolean;
}

export const adoptsNothing: Adopts = { objects: [], sync: false };

/** adoptsNamespace tells whether the namespace of Flux is among it. */
export function adoptsNamespace({ objects }: Adopts): boolean {
  return objects.includes(`Namespace/${fluxNamespace}`);
}

/** adoptsFlux tells whether a Flux is: without FluxInstance and operator it would no longer be the one that was there. */
export function adoptsFlux({ objects }: Adopts): boolean {
  return objects.some((name) => /^(FluxInstance|Deployment|CustomResourceDefinition)\//.test(name));
}
