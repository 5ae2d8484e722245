import type { Cluster } from "../cluster.ts";
import { requestedAt } from "../gate/canary.ts";
import { formatDuration, type Log } from "../log.ts";
import { displayName, type KubernetesObject, type Reference } from "../object.ts";
import { newRequestToken } from "../repair/token.ts";
import { waitFor, type Waiting, WaitTimeout } from "../wait.ts";
import { progressOf } from "./progress.ts";

export type RequestOutcome = "ready" | "failed" | "timed-out" | "gone";

/** What came of a request to reconcile one object. */
export interface Request {
  readonly outcome: RequestOutcome;
  readonly text: string;
  readonly seconds: number;
  /** As it was seen last; undefined when it is gone. */
  readonly object: KubernetesObject | undefined;
}

export interface RequestOptions {
  /** By `Date.now()`. */
  readonly deadline: number;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** What is written beside the token, in the same patch. */
  readonly patch?: (annotations: Readonly<Record<string, string>>) => object;
}

/** The manager whose fields Flux leaves alone. */
const fieldManager = "flux-client-side-apply";

/**
 * requestReconcile asks the object's controller to reconcile it now, in one patch, and resolves when that came to an end,
 * good or bad, or the deadline has passed. Rejects when the API server refuses the patch or does not answer.
 */
export async function requestReconcile(
  cluster: Cluster,
  reference: Reference,
  { deadline, log, signal, patch = annotate }: RequestOptions,
): Promise<Request> {
  const started = Date.now();
  const name = displayName(reference);
  const token = newRequestToken(cluster.now());
  const ended = (outcome: RequestOutcome, text: string, object?: KubernetesObject): Request => {
    const milliseconds = Date.now() - started;
    if (outcome === "ready") log.done(`${name} Ready in ${formatDuration(milliseconds)}`);
    else log.fail(`${name} ${outcome}: ${text}`);
    return { outcome, text, seconds: milliseconds / 1000, object };
  };
  const patched = await cluster.patch(reference, patch({ [requestedAt]: token }), fieldManager);
  if (patched === undefined) return ended("gone", "it was deleted meanwhile");
  const wait = {
    what: `${name} (Ready)`,
    timeoutMilliseconds: Math.max(deadline - Date.now(), 1),
    next: "npm run fleet -- doctor",
    log,
    signal,
  };
  try {
    return await waitFor<Request>(wait, (waiting) => {
      waiting.state(progressOf(patched, token).text);
      watch({ cluster, reference, token, ended }, waiting);
    });
  } catch (error) {
    if (error instanceof WaitTimeout) return ended("timed-out", error.lastState, patched);
    throw error;
  }
}

interface Watched {
  readonly cluster: Cluster;
  readonly reference: Reference;
  readonly token: string;
  readonly ended: (outcome: RequestOutcome, text: string, object?: KubernetesObject) => Request;
}

function watch(
  { cluster, reference, token, ended }: Watched,
  { signal, state, resolve }: Waiting<Request>,
): void {
  const { resource, name, namespace } = reference;
  let exists = false;
  const gone = () => {
    resolve(ended("gone", "it was deleted meanwhile"));
  };
  cluster.follow(
    resource,
    {
      name,
      ...(namespace !== undefined && { namespace }),
      signal,
      lost: ({ message }) => {
        state(message);
      },
      listed: () => {
        if (!exists) gone();
      },
    },
    {
      seen: (object) => {
        exists = true;
        const progress = progressOf(object, token);
        state(progress.text);
        if (progress.state === "ready" || progress.state === "failed") {
          resolve(ended(progress.state, progress.text, object));
        }
      },
      gone,
    },
  );
}

function annotate(annotations: Readonly<Record<string, string>>): object {
  return { metadata: { annotations } };
}
