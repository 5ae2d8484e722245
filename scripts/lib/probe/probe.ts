import type { Cluster } from "../cluster.ts";
import { Failure } from "../failure.ts";
import type { Log } from "../log.ts";
import { displayName, type Reference } from "../object.ts";
import { removeOwn } from "../removal.ts";
import { waitFor } from "../wait.ts";
import { type Remedy, refusal } from "./refusal.ts";
import { probeName, probeObject, type SyncSource, syncKinds } from "./source.ts";
import { type SourceObject, SourceVerdict } from "./verdict.ts";

export interface ProbeOptions {
  /** Namespace of Flux. */
  readonly namespace: string;
  readonly source: SyncSource;
  readonly timeoutMilliseconds: number;
  /** What a person is told to correct. */
  readonly remedy?: Remedy;
}

export interface ProbeResult {
  /** Such as `refs/heads/main@sha1:…`. */
  readonly revision: string;
  readonly seconds: number;
}

/**
 * probeSource resolves when source-controller has fetched an artifact with the location and the Secret of the sync.
 * Rejects with the source's own reason and message as soon as it is sure. The probe is gone afterwards.
 */
export async function probeSource(
  cluster: Cluster,
  { namespace, source, timeoutMilliseconds, remedy = {} }: ProbeOptions,
  context: { readonly log: Log; readonly signal: AbortSignal },
): Promise<ProbeResult> {
  const started = Date.now();
  const resource = syncKinds[source.kind];
  const reference: Reference = { resource, name: probeName, namespace };
  // One of an interrupted run would answer for other inputs.
  await removeOwn(cluster, [reference], context.log);
  try {
    await cluster.create(resource, probeObject(source, namespace));
    const wait = {
      what: `${displayName(reference)} (an artifact)`,
      timeoutMilliseconds,
      next: `kubectl -n ${namespace} logs deployment/source-controller --tail=50`,
      ...context,
    };
    const revision = await waitFor<string>(wait, ({ signal, state, resolve, reject }) => {
      const verdicts = new SourceVerdict();
      const seen = (object: SourceObject) => {
        const verdict = verdicts.next(object);
        if (verdict.kind === "fetched") resolve(verdict.revision);
        else if (verdict.kind === "failed") reject(refusal(verdict, { source, namespace, remedy }));
        else state(verdict.state);
      };
      const gone = () => {
        reject(new Failure(`${displayName(reference)} was deleted by someone else`));
      };
      cluster.follow(resource, { namespace, name: probeName, signal }, { seen, gone });
    });
    return { revision, seconds: (Date.now() - started) / 1000 };
  } finally {
    await removeOwn(cluster, [reference], context.log);
  }
}
