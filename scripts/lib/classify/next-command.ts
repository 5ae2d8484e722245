import type { Key } from "../tree/owner.ts";
import type { StateId } from "./states.ts";
import type { Action, Verdict } from "./verdict.ts";

/** displayKey is the key as a person types it: without the gap of what is not namespaced. */
export function displayKey(key: Key): string {
  return key.replace("//", "/");
}

const repairs: ReadonlySet<Action> = new Set<Action>([
  "reconcile",
  "reset",
  "force",
  "reconcile-source",
  "restart-controller",
]);

const fleet = "npm run fleet --";

/** nextCommand is the one command that helps a person on with what is to blame. */
export function nextCommand(verdict: Verdict, objects: readonly Key[]): string {
  const { standing, action, state } = verdict;
  if (standing === "suspended") return resume(verdict);
  if (action === "raise-concurrency") return `${fleet} status --watch`;
  if (repairs.has(action)) {
    return objects.length === 1 ? `${fleet} repair ${displayKey(verdict.key)}` : `${fleet} repair`;
  }
  if (standing === "waiting" && action !== "fix") return `${fleet} status --watch`;
  return special[state]?.(verdict) ?? describe(verdict);
}

const special: Readonly<Partial<Record<StateId, (verdict: Verdict) => string>>> = {
  C1: (verdict) =>
    `kubectl${at(verdict)} scale deployment ${verdict.object.metadata.name} --replicas=1`,
  C2: previousLogs,
  C3: previousLogs,
  C6: (verdict) =>
    `kubectl${at(verdict)} logs deployment/${verdict.object.metadata.name} --tail=50`,
  H12: manifest,
  K12: manifest,
  K5: manifest,
  H16: ({ key }) => `${fleet} history ${displayKey(key)}`,
  W1: podLogs,
  missing: wanted,
  cycle: (verdict) => `kubectl${at(verdict)} get ${resource(verdict)} -o yaml`,
};

function resume({ key, state }: Verdict): string {
  if (state === "O1" || state === "X1") return `kubectl get ${displayKey(key)} -o yaml`;
  return `${fleet} resume ${displayKey(key)}`;
}

function previousLogs(verdict: Verdict): string {
  const { name } = verdict.object.metadata;
  return `kubectl${at(verdict)} logs deployment/${name} --previous --tail=50`;
}

function podLogs(verdict: Verdict): string {
  const hasRun = /CrashLoopBackOff|OOMKilled|Error|exit code|runs and is not ready/.test(
    verdict.text,
  );
  if (!hasRun) return describe(verdict);
  return `kubectl${at(verdict)} logs pod/${verdict.object.metadata.name} --all-containers --tail=50`;
}

function manifest(verdict: Verdict): string {
  return `kubectl${at(verdict)} get ${resource(verdict)} -o yaml`;
}

/** What does not exist cannot be described; those that exist beside it show a wrong name. */
function wanted({ object: { kind, metadata } }: Verdict): string {
  const { namespace = "" } = metadata;
  return `kubectl get ${kind.toLowerCase()}${namespace === "" ? "" : ` -n ${namespace}`}`;
}

function describe(verdict: Verdict): string {
  return `kubectl${at(verdict)} describe ${resource(verdict)}`;
}

function at({ object }: Verdict): string {
  const { namespace = "" } = object.metadata;
  return namespace === "" ? "" : ` -n ${namespace}`;
}

/** With its group: other projects have a Kustomization, a Bucket or a Receiver, too. */
function resource({ object: { apiVersion, kind, metadata } }: Verdict): string {
  const [group = "", version] = apiVersion.split("/");
  const type = version === undefined ? kind.toLowerCase() : `${kind.toLowerCase()}.${group}`;
  return `${type}/${metadata.name}`;
}
