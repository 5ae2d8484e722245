import type { KubernetesObject } from "../object.ts";
import { keyOf } from "../tree/owner.ts";
import { creationTrouble, podCreators } from "./creation-trouble.ts";
import { hookOf, isHistory, jobOf, jobTrouble, ofJob } from "./jobs.ts";
import { podTrouble } from "./pod-trouble.ts";
import { sceneOf } from "./scene.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Trouble, UnboundClaim } from "./trouble.ts";
import { type Link, ownersOf, workloadOf } from "./workload.ts";
import type { Workload } from "./finding.ts";

/** Case is one object that is in trouble: a pod, or what should have pods. */
export interface Case {
  readonly object: KubernetesObject;
  /** The object and its controllers. */
  readonly owners: readonly Link[];
  readonly workload: Workload;
  readonly trouble: Trouble;
  readonly unbound: readonly UnboundClaim[];
  readonly hook: string | undefined;
}

/** casesOf is every pod in trouble, and the Jobs and workloads that have none to tell of theirs. */
export function casesOf(surroundings: Surroundings): Case[] {
  const cases = surroundings.all("Pod").flatMap((pod) => podCase(pod, surroundings));
  const covered = new Set(cases.flatMap(({ owners }) => owners.map(linkKey)));
  const isCovered = (object: KubernetesObject) => covered.has(keyOf(object));
  const makers = podCreators.flatMap((kind) => surroundings.all(kind));
  const refused = makers.flatMap((object) =>
    caseOf(object, creationTrouble(object, surroundings), surroundings),
  );
  const failed = surroundings
    .all("Job")
    .filter((job) => !isCovered(job) && !isHistory(job, surroundings))
    .flatMap((job) => caseOf(job, jobTrouble(job), surroundings));
  return [...cases, ...refused, ...failed];
}

function podCase(object: KubernetesObject, surroundings: Surroundings): Case[] {
  const scene = sceneOf(object, surroundings);
  const trouble = podTrouble(scene);
  if (trouble === undefined) return [];
  const owners = ownersOf(object, surroundings);
  const job = jobOf(owners);
  if (job?.object !== undefined && isHistory(job.object, surroundings)) return [];
  return [
    {
      object,
      owners,
      workload: workloadOf(owners),
      trouble: job === undefined ? trouble : ofJob(trouble, job.object),
      unbound: scene.unbound,
      hook: hookOf(owners),
    },
  ];
}

function caseOf(
  object: KubernetesObject,
  trouble: Trouble | undefined,
  surroundings: Surroundings,
): Case[] {
  if (trouble === undefined) return [];
  const owners = ownersOf(object, surroundings);
  const workload = workloadOf(owners);
  return [{ object, owners, workload, trouble, unbound: [], hook: hookOf(owners) }];
}

function linkKey({ kind, namespace, name }: Link): string {
  return `${kind}/${namespace}/${name}`;
}
