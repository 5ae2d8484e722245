import type { Cluster } from "../cluster.ts";
import type { KubernetesObject, Reference } from "../object.ts";
import { type Wait, waitFor, type Waiting } from "../wait.ts";

/** Verdict on the object as it is now: what it came to, or the state for a person who waits. Throws to give up. */
export type Judged<T> =
  | { readonly done: true; readonly value: T }
  | { readonly done: false; readonly state: string };

/** awaitObject follows one object until `judge` is done with it. */
export async function awaitObject<T>(
  cluster: Cluster,
  reference: Reference,
  wait: Wait,
  judge: (object: KubernetesObject | undefined) => Judged<T>,
): Promise<T> {
  return waitFor<T>(wait, (waiting) => {
    const look = looker(waiting, judge);
    const { resource, name, namespace } = reference;
    let live: KubernetesObject | undefined;
    const options = { name, ...(namespace !== undefined && { namespace }) };
    const { signal } = waiting;
    cluster.follow(
      resource,
      {
        ...options,
        signal,
        listed: () => {
          if (live === undefined) look(undefined);
        },
      },
      {
        seen: (object) => {
          live = object;
          look(object);
        },
        gone: () => {
          live = undefined;
          look(undefined);
        },
      },
    );
  });
}

/** What a wait does with each new state. */
export function looker<T, S>(
  { resolve, reject, state, signal }: Waiting<T>,
  judge: (subject: S) => Judged<T>,
): (subject: S) => void {
  return (subject) => {
    if (signal.aborted) return;
    try {
      const judged = judge(subject);
      if (judged.done) resolve(judged.value);
      else state(judged.state);
    } catch (error) {
      reject(error instanceof Error ? error : new Error(String(error)));
    }
  };
}
