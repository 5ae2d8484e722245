import { setTimeout as pause } from "node:timers/promises";

import { ApiError, UnreachableError } from "./api-server.ts";
import type { Cluster } from "./cluster.ts";
import { Failure } from "./failure.ts";
import type { Log } from "./log.ts";
import { waitFor } from "./wait.ts";

export interface ReadinessWait {
  readonly timeoutMilliseconds: number;
  /** Between two looks. @default 2000 */
  readonly retryMilliseconds?: number;
  /** The one command that helps a person whose wait timed out. */
  readonly next: string;
  readonly log: Log;
  readonly signal?: AbortSignal;
}

interface Review {
  readonly status?: { readonly allowed?: boolean };
}

const requestMilliseconds = 10_000;

/** What no later answer changes: the certificate is of another authority or host, or out of its time. */
const certificateCodes = /^(CERT_|ERR_TLS_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;

/**
 * ready resolves when the API server of a new cluster lets this login do what an `up` does, with its certificate
 * verified. It goes on while the address is not known yet, nothing answers, or the cloud has not spread who may log in
 * (401) and do what (403). A certificate that cannot be verified and a login without a credential end it at once.
 */
export async function ready(cluster: Cluster, wait: ReadinessWait): Promise<void> {
  const { signal: cancelled, retryMilliseconds = 2_000, ...bounds } = wait;
  const what = `the API server at ${cluster.api.url} (answers this login)`;
  const own = { ...bounds, what, ...(cancelled !== undefined && { signal: cancelled }) };
  await waitFor<undefined>(own, ({ signal, state, resolve, reject }) => {
    const watch = async () => {
      for (;;) {
        const missing = await missingOf(cluster, signal);
        if (missing === undefined) break;
        state(missing);
        await pause(retryMilliseconds, undefined, { signal });
      }
      resolve(undefined);
    };
    watch().catch(reject);
  });
}

/** What is missing now; undefined when nothing is. Throws for what no waiting gives. */
async function missingOf(cluster: Cluster, over: AbortSignal): Promise<string | undefined> {
  const bound = AbortSignal.timeout(requestMilliseconds);
  try {
    const signal = AbortSignal.any([over, bound]);
    await cluster.uid(signal);
    return (await mayMakeNamespaces(cluster, signal)) ? undefined : "no right to create namespaces";
  } catch (error) {
    if (bound.aborted && !over.aborted) return `no answer within ${requestMilliseconds / 1000}s`;
    if (error instanceof ApiError) return error.message;
    if (!(error instanceof UnreachableError)) throw error;
    const code = certificateCode(error);
    if (code === undefined) return error.message;
    throw new Failure(
      `the API server at ${cluster.api.url} must show a certificate of the cluster's own authority, got ${code}`,
      { next: "Look for a proxy between here and the cluster that breaks TLS open.", cause: error },
    );
  }
}

async function mayMakeNamespaces(cluster: Cluster, signal: AbortSignal): Promise<boolean> {
  const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  const body = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    spec: { resourceAttributes: { verb: "create", resource: "namespaces" } },
  };
  const review = await cluster.api.json<Review>(path, { method: "POST", body, signal });
  return review.status?.allowed === true;
}

function certificateCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined && certificateCodes.test(code)) return code;
  return certificateCode(error.cause);
}
