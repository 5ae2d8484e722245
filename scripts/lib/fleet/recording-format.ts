import type { Answer, Unread } from "../classify/snapshot.ts";
import type { Resource } from "../kinds.ts";
import type { KubernetesObject } from "../object.ts";

export const recordingSchema = 1;

/** Header is the first line of a recording. */
export interface Header {
  readonly schema: typeof recordingSchema;
  readonly clusterUid: string;
  readonly fluxNamespace: string;
  /** ISO 8601, by the API server's clock. */
  readonly startedAt: string;
}

/** Event is what happened, in any line after the header. */
export type Event =
  /** A `spec` of `"same"` stands for that of the object's line before. */
  | { readonly kind: "seen"; readonly object: KubernetesObject }
  | { readonly kind: "gone"; readonly object: KubernetesObject }
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "readable"; readonly resource: Resource; readonly unread?: Unread }
  | {
      readonly kind: "learned";
      readonly answers?: Readonly<Record<string, Answer>>;
      readonly logs?: Readonly<Record<string, readonly string[]>>;
    };

/** Line is an event and when it happened: `t` milliseconds after the start. */
export type Line = Event & { readonly t: number };
