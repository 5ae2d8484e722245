import type { Cluster } from "../../scripts/lib/cluster.ts";
import { ConfigMap } from "../../scripts/lib/kinds.ts";
import type { KubernetesObject } from "../../scripts/lib/object.ts";

/** Where the latencies are set: a ConfigMap with one key for each, in milliseconds. */
export const settings = {
  resource: ConfigMap,
  namespace: "kube-system",
  name: "embedded-cloud",
} as const;

/** How long the cloud takes for each of its operations, in milliseconds, unless the ConfigMap says otherwise. */
export const defaultLatencies = {
  "attach-address": 200,
  "release-address": 300,
  "provision-volume": 100,
  "delete-volume": 200,
} as const;

export type Operation = keyof typeof defaultLatencies;

type Data = Readonly<Record<string, string>>;
type Settings = KubernetesObject & { readonly data?: Data };

/** Latencies holds what the ConfigMap says at this moment, and tells its listeners when that changes. */
export class Latencies {
  readonly #report: (line: string) => void;
  readonly #listeners: (() => void)[] = [];
  #current: Readonly<Record<Operation, number>> = defaultLatencies;

  constructor(report: (line: string) => void) {
    this.#report = report;
  }

  /** Milliseconds that the operation takes. */
  of(operation: Operation): number {
    return this.#current[operation];
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Follows the ConfigMap; resolves when it has been read, or is known not to exist. */
  follow(cluster: Cluster, signal: AbortSignal): Promise<void> {
    const { resource, namespace, name } = settings;
    const read = Promise.withResolvers<undefined>();
    const lost = (error: Error) => {
      this.#report(`${name} is not followed: ${error.message}`);
    };
    const listed = () => {
      read.resolve(undefined);
    };
    cluster.follow<Settings>(
      resource,
      { namespace, name, signal, lost, listed },
      {
        seen: ({ data }) => {
          this.#set(data ?? {});
        },
        gone: () => {
          this.#set({});
        },
      },
    );
    return read.promise;
  }

  #set(data: Data): void {
    const { latencies, problems } = parseLatencies(data);
    for (const problem of problems) this.#report(problem);
    this.#current = latencies;
    for (const listener of this.#listeners) listener();
  }
}

/** parseLatencies takes the default for what is left out, and names what is not a number of milliseconds. */
export function parseLatencies(data: Data): {
  readonly latencies: Readonly<Record<Operation, number>>;
  readonly problems: readonly string[];
} {
  const latencies: Record<Operation, number> = { ...defaultLatencies };
  const problems: string[] = [];
  for (const operation of Object.keys(defaultLatencies) as Operation[]) {
    const text = data[operation];
    if (text === undefined) continue;
    if (/^\d{1,9}$/.test(text)) {
      latencies[operation] = Number(text);
    } else {
      problems.push(
        `${operation} of ConfigMap/kube-system/embedded-cloud must be a number of milliseconds, ` +
          `got "${text}". ${defaultLatencies[operation]} is used.`,
      );
    }
  }
  return { latencies, problems };
}
