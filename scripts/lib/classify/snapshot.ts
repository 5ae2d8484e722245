import type { Resource } from "../kinds.ts";
import type { KubernetesObject } from "../object.ts";

/** Whether a controller answered the probe of the moment; a component that was not asked is left out. */
export type Answer = "answered" | "silent";

/** Snapshot is all that is known of a cluster at one moment: from a live cluster, a dump or a recording. */
export interface Snapshot {
  /** The API server's clock, in milliseconds since the epoch: ages count from here, not from this machine's clock. */
  readonly at: number;
  readonly objects: readonly KubernetesObject[];
  /** Kinds that could not be read, and why. What is not listed here and has no objects does not exist. */
  readonly unread: readonly Unread[];
  /** By component, such as `helm-controller`. */
  readonly answers: ReadonlyMap<string, Answer>;
  /** Namespace of Flux. */
  readonly fluxNamespace: string;
  /** The last log lines of containers that crashed, by `namespace/pod/container`; only those that were fetched. */
  readonly logs: ReadonlyMap<string, readonly string[]>;
  /** What else limits what is known, in one line each, such as a dump that was cut. */
  readonly limits?: readonly string[];
}

export interface Unread {
  readonly resource: Resource;
  /** `absent`: the API server does not serve the kind; `forbidden`: the user may not list it. */
  readonly why: "absent" | "forbidden" | "failed";
  readonly message: string;
}
