import * as pulumi from "@pulumi/pulumi";

import {
  acceptVariable,
  identityProblem,
  type Preflight,
  preflight,
  UnreachableCluster,
} from "../preflight.ts";
import { runError } from "../run-error.ts";
import { script } from "../script.ts";
import { settled } from "../settled.ts";
import type { ClusterSource } from "./source.ts";

export interface IdentifyArgs {
  readonly stackLabel: string;
  readonly adopt: boolean;
}

/**
 * identify looks at the cluster on every run, compares it with the UID that the first `up` recorded, and only then
 * hands the kubeconfig on; it rejects before anything else is registered. A preview goes on without a cluster that does
 * not answer.
 */
export async function identify(source: ClusterSource, args: IdentifyArgs) {
  const live = pulumi.unsecret(source.kubeconfig.apply((content) => look(content, source, args)));
  await settled(live);
  const recorded = record(source, live);
  const same = pulumi.all([live, recorded]).apply(([seen, uid]) => {
    const expected = accepted() ?? uid;
    const problem = seen === undefined ? undefined : identityProblem(seen, expected);
    if (problem !== undefined) throw runError(problem);
    return expected;
  });
  await settled(same);
  // Before the first `up` nothing is recorded: a preview then goes by what it sees.
  const identity = pulumi.runtime.isDryRun()
    ? live.apply((seen) => (seen === undefined ? same : pulumi.output(seen.uid)))
    : same;
  const passed = pulumi.runtime.isDryRun() ? live : same;
  return { kubeconfig: after(passed, source.kubeconfig), identity };
}

/** The UID as the first `up` saw it. It is state of a resource, so that a failed `up` does not lose it. */
function record(source: ClusterSource, live: pulumi.Output<unknown>): pulumi.Output<string> {
  const uid = accepted();
  const { result } = script<{ uid: string }>(
    "cluster-identity",
    {
      cluster: { kubeconfig: after(live, source.kubeconfig), context: source.context },
      create: "scripts/identity.ts",
      triggers: uid === undefined ? [] : [uid],
    },
    // Only a person's word makes it look again. Another kubeconfig must not: the preview that meets another cluster
    // would else not know what was recorded.
    { ignoreChanges: uid === undefined ? ["environment", "triggers"] : [] },
  );
  return result.apply((identity) => identity.uid);
}

/** The UID of the cluster that a person accepts for this run, whatever is recorded. */
function accepted(): string | undefined {
  return process.env[acceptVariable];
}

async function look(kubeconfig: string, source: ClusterSource, args: IdentifyArgs) {
  const { context, unreachableFix } = source;
  try {
    return await preflight({ kubeconfig, context, unreachableFix, ...args });
  } catch (error) {
    const goesOn = error instanceof UnreachableCluster && pulumi.runtime.isDryRun();
    if (!goesOn) throw runError(error instanceof Error ? error.message : String(error));
    void pulumi.log.info(source.previewNote);
    return undefined satisfies Preflight | undefined;
  }
}

function after(step: pulumi.Output<unknown>, kubeconfig: pulumi.Output<string>) {
  return pulumi.secret(pulumi.all([kubeconfig, step]).apply(([content]) => content));
}
