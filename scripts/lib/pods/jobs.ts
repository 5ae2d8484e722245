import type { KubernetesObject } from "../object.ts";
import { trueCondition } from "./condition-view.ts";
import { fieldsOf, numberOf, timeOf } from "./json.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Trouble } from "./trouble.ts";
import type { Link } from "./workload.ts";

const defaultBackoffLimit = 6;

/** jobOf is the Job among the owners of a pod. */
export function jobOf(owners: readonly Link[]): Link | undefined {
  return owners.find(({ kind, group }) => kind === "Job" && group === "batch");
}

/** hookOf is Helm's word for when the object runs, of the nearest owner that has one. */
export function hookOf(owners: readonly Link[]): string | undefined {
  const hooks = owners.map(({ object }) => object?.metadata.annotations?.["helm.sh/hook"]);
  return hooks.find((hook) => hook !== undefined);
}

/** Whether the Job did its work in the end, or a later one of its CronJob did: its failures are history. */
export function isHistory(job: KubernetesObject, surroundings: Surroundings): boolean {
  if (hasSucceeded(job)) return true;
  const cron = cronJobOf(job);
  if (cron === undefined) return false;
  const created = createdAt(job);
  return surroundings
    .all("Job")
    .some(
      (other) => cronJobOf(other) === cron && createdAt(other) > created && hasSucceeded(other),
    );
}

function hasSucceeded(job: KubernetesObject): boolean {
  return ["Complete", "SuccessCriteriaMet"].some((type) => trueCondition(job, type) !== undefined);
}

function cronJobOf({ metadata }: KubernetesObject): string | undefined {
  return metadata.ownerReferences?.find(({ kind }) => kind === "CronJob")?.uid;
}

function createdAt({ metadata }: KubernetesObject): number {
  return timeOf(metadata.creationTimestamp) ?? 0;
}

/** ofJob is the trouble of a Job's pod with how far the Job is. */
export function ofJob(trouble: Trouble, job: KubernetesObject | undefined): Trouble {
  const problem = trouble.problem === "failed" ? "failed-job" : trouble.problem;
  if (job === undefined) return { ...trouble, problem };
  const progress = progressOf(job);
  const text = progress === "" ? trouble.text : `${trouble.text}; ${progress}`;
  return { ...trouble, problem, text };
}

/** Empty until an attempt failed. */
function progressOf(job: KubernetesObject): string {
  const failed = trueCondition(job, "Failed");
  if (failed !== undefined) return `the Job gave up (${failed.reason})`;
  const attempts = numberOf(fieldsOf(job.status)["failed"]) ?? 0;
  if (attempts === 0) return "";
  const limit = numberOf(fieldsOf(job.spec)["backoffLimit"]) ?? defaultBackoffLimit;
  return `${attempts} of ${limit + 1} attempts failed`;
}

/** jobTrouble is about a Job that failed, of whose pods none is left to tell why. */
export function jobTrouble(job: KubernetesObject): Trouble | undefined {
  const failed = trueCondition(job, "Failed");
  if (failed === undefined) return undefined;
  const { reason, message, since } = failed;
  return {
    problem: "failed-job",
    container: undefined,
    text: message === "" ? reason : `${reason}: ${message}`,
    since,
  };
}
