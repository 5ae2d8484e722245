import * as pulumi from "@pulumi/pulumi";

import type { Owner } from "../../scripts/lib/owner.ts";
import type { Adopts } from "../preflight/adopts.ts";
import { adoptsNothing } from "../preflight/adopts.ts";
import { acceptVariable, identityProblem } from "../preflight/cluster-uid.ts";
import { otherStateProblem, takeOverVariable } from "../preflight/holder.ts";
import {
  LoginRefused,
  type Preflight,
  preflight,
  type PreflightArgs,
  UnreachableCluster,
} from "../preflight/preflight.ts";
import { runError } from "../run-error.ts";
import { script } from "../script.ts";
import { settled } from "../settled.ts";
import type { Claim } from "./claim.ts";
import type { ClusterSource } from "./source.ts";

export type IdentifyArgs = Pick<PreflightArgs, "stackLabel" | "adopt" | "fluxVersion" | "sync">;

/** What the first `up` recorded. */
interface Recorded {
  readonly uid: string;
  readonly owner?: Owner;
  readonly adopts?: Adopts;
  readonly forced?: boolean;
}

/**
 * identify looks at the cluster on every run, compares it with the UID and the owner that the first `up` recorded, and
 * only then hands the kubeconfig on; it rejects before anything else is registered. A preview goes on without a cluster
 * that does not answer.
 */
export async function identify(source: ClusterSource, args: IdentifyArgs) {
  const live = pulumi.unsecret(source.kubeconfig.apply((content) => look(content, source, args)));
  const seen = await settled(live);
  const recorded = record(source, live);
  const same = pulumi.all([live, recorded]).apply(([found, { uid, owner }]) => {
    const expected = accepted() ?? uid;
    const problem = found === undefined ? undefined : differs(found, { expected, owner }, args);
    if (problem !== undefined) throw runError(problem);
    return expected;
  });
  await settled(same);
  const known = await settled(recorded);
  // Before the first `up` nothing is recorded: a preview then goes by what it sees.
  const identity = pulumi.runtime.isDryRun()
    ? live.apply((found) => (found === undefined ? same : pulumi.output(found.uid)))
    : same;
  const passed = pulumi.runtime.isDryRun() ? live : same;
  return {
    kubeconfig: after(passed, source.kubeconfig),
    identity,
    claim: claimOf(known ?? (seen && asRecorded(seen))),
  };
}

/** The first problem with the cluster that was found where another was recorded, or another owner. */
function differs(
  found: Preflight,
  { expected, owner }: { readonly expected: string; readonly owner: Owner | undefined },
  { stackLabel: stack }: IdentifyArgs,
): string | undefined {
  const problem = identityProblem(found, expected);
  // A cluster that a person accepts may have come back from a backup, the record of the old one in it.
  if (problem !== undefined || accepted() !== undefined) return problem;
  return otherStateProblem(found.holder, { own: owner, stack, taken: takenFrom() });
}

function asRecorded({ uid, adopts }: Preflight): Recorded {
  return { uid, adopts, forced: isForced(adopts) };
}

function claimOf({ owner, adopts = adoptsNothing, forced = false }: Partial<Recorded> = {}): Claim {
  return { owner, adopts, forced };
}

/** What somebody else made has other owners of its fields, whether it is adopted or taken from another stack. */
function isForced({ objects }: Adopts): boolean {
  return objects.length > 0 || takenFrom() !== undefined;
}

/** What the first `up` saw. It is state of a resource, so that a failed `up` does not lose it. */
function record(
  { kubeconfig, context, own }: ClusterSource,
  live: pulumi.Output<Preflight | undefined>,
): pulumi.Output<Recorded> {
  const words = [accepted(), takenFrom()].filter((word) => word !== undefined);
  const adopts = live.apply((found) => found?.adopts ?? adoptsNothing);
  const { result } = script<Recorded>(
    "cluster-identity",
    {
      cluster: { kubeconfig: after(live, kubeconfig), context },
      create: "scripts/identity.ts",
      environment: {
        ADOPTS: adopts.apply((found) => JSON.stringify(found)),
        FORCED: adopts.apply((found) => String(isForced(found))),
      },
      triggers: own === undefined ? words : [...words, own.incarnation],
    },
    // Only a person's word makes it look again. Another kubeconfig must not: the preview that meets another cluster
    // would else not know what was recorded. Where the stack itself makes another cluster, that is the one to record.
    { ignoreChanges: words.length === 0 && own === undefined ? ["environment", "triggers"] : [] },
  );
  return result;
}

/** The UID of the cluster that a person accepts for this run, whatever is recorded. */
function accepted(): string | undefined {
  return process.env[acceptVariable];
}

/** The id of the owner from whom a person takes the cluster in this run. */
function takenFrom(): string | undefined {
  return process.env[takeOverVariable];
}

async function look(
  kubeconfig: string,
  source: ClusterSource,
  args: IdentifyArgs,
): Promise<Preflight | undefined> {
  const { context, unreachableFix, loginFix } = source;
  const taken = takenFrom();
  // A preview may have a login that only reads.
  const needs = pulumi.runtime.isDryRun() ? { rights: [] } : {};
  try {
    const asked = { kubeconfig, context, unreachableFix, loginFix, taken, ...needs };
    return await preflight({ ...asked, ...args });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const note = noteOf(error, source, reason);
    if (note === undefined || !pulumi.runtime.isDryRun()) throw runError(reason);
    void pulumi.log.info(note);
    return undefined;
  }
}

/** What a preview says when it goes on with the state alone; undefined where it must not. */
function noteOf(
  error: unknown,
  { previewNote }: ClusterSource,
  reason: string,
): string | undefined {
  if (error instanceof UnreachableCluster) return previewNote;
  if (error instanceof LoginRefused) return `${reason} This preview compares with the state only`;
  return undefined;
}

function after(step: pulumi.Output<unknown>, kubeconfig: pulumi.Output<string>) {
  return pulumi.secret(pulumi.all([kubeconfig, step]).apply(([content]) => content));
}
