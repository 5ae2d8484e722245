import type { KubernetesObject } from "../object.ts";
import { inventoryOf } from "../tree/inventory.ts";
import { type Key, keyFrom } from "../tree/owner.ts";
import { isForAPerson } from "./failure-cause.ts";
import { read, textOf } from "./field.ts";
import { type HealthEntry, parseHealthCheckMessage } from "./health-message.ts";
import { dependenciesOf, repositoryOf, sourceOf } from "./references.ts";
import type { Scene } from "./scene.ts";
import type { StateId } from "./states.ts";
import type { Verdict } from "./verdict.ts";

type Blockers = (verdict: Verdict, scene: Scene) => readonly Key[];

/** blockersOf is what has to be looked at before the object itself, one step down; empty when there is nothing. */
export function blockersOf(verdict: Verdict, scene: Scene): readonly Key[] {
  const { standing, state } = verdict;
  if (standing === "ready" || standing === "suspended") return [];
  const found = byState[state]?.(verdict, scene) ?? [];
  if (found.length > 0) return [...new Set(found)];
  return needsController.has(state) ? scene.brokenController(verdict.object) : [];
}

const byState: Readonly<Partial<Record<StateId, Blockers>>> = {
  H3: dependencies,
  H4: sources,
  H5: sources,
  K2: sources,
  K3: sources,
  K4: dependencies,
  G3: sources,
  O3: dependencies,
  H7: workloads,
  H9: workloads,
  H10: workloads,
  H14: workloads,
  H16: workloads,
  K6: applied,
  K7: prunes,
  K8: children,
  K9: children,
  K10: children,
  O7: children,
  O8: children,
};

/** What only goes on when its controller works; the others say for themselves what is wrong. */
const needsController: ReadonlySet<StateId> = new Set<StateId>([
  ...(["H0", "U0", "H2", "H3", "H4", "H5", "H7", "H8", "H9", "H14", "H17"] as const),
  ...(["K0", "K1", "K3", "K4", "K9", "K10", "K13", "G0", "G3", "G7", "G9"] as const),
  ...(["O0", "O2", "O3", "O8", "X0", "X3"] as const),
]);

function dependencies({ object }: Verdict, scene: Scene): Key[] {
  return dependenciesOf(object).flatMap((key) => scene.notReady(key, object));
}

function sources({ object }: Verdict, scene: Scene): readonly Key[] {
  const source = sourceOf(object);
  if (source === undefined) return [];
  const own = scene.notReady(source, object);
  const repository = repositoryOf(object);
  // A chart that is not made yet, or not to be seen, still has a repository that can be asked after.
  if (repository === undefined || scene.verdict(source) !== undefined) return own;
  const below = scene.notReady(repository, object);
  return below.length > 0 ? below : own;
}

/** The pods of a release tell more than its message; a mistake in Git has nothing to do with them. */
function workloads({ object, text, state }: Verdict, scene: Scene): Key[] {
  if (isForAPerson(text) || isElsewhere(object)) return [];
  const own = ownKeys(object);
  const keys = own.length > 0 ? own : scene.ofRelease(object);
  return keys.flatMap((key) => scene.brokenWorkload(key, state === "H7" ? "waiting" : "failed"));
}

/** What a health check names, and where it names nothing, everything that was applied. */
function children(verdict: Verdict, scene: Scene): readonly Key[] {
  if (isElsewhere(verdict.object)) return [];
  const named = namedIn(verdict);
  if (named.length === 0) {
    return checkedBy(verdict.object).flatMap((key) => child(key, "waiting", scene));
  }
  const seen = named.flatMap((entry) => child(keyOfEntry(entry), "failed", scene));
  // What does not exist is most likely what one of these would bring.
  if (seen.length > 0) return seen;
  return named
    .filter((entry) => entry.status === "NotFound")
    .map(keyOfEntry)
    .filter((key) => scene.object(key) === undefined)
    .flatMap((key) => scene.notThere(key));
}

function child(key: Key, owner: "waiting" | "failed", scene: Scene): readonly Key[] {
  return scene.verdict(key) === undefined ? scene.brokenWorkload(key, owner) : scene.notReady(key);
}

/** unseenIn are the objects that a health check names and the snapshot does not hold: nobody can tell whether they are healthy. */
export function unseenIn(verdict: Verdict, scene: Scene): HealthEntry[] {
  const isUnseen = (entry: HealthEntry) => scene.object(keyOfEntry(entry)) === undefined;
  return namedIn(verdict).filter((entry) => isElsewhere(verdict.object) || isUnseen(entry));
}

/** What is applied to another cluster has nothing to do with what carries the same name here. */
function isElsewhere({ spec }: KubernetesObject): boolean {
  return read(spec, "kubeConfig") !== undefined;
}

function namedIn({ object }: Verdict): HealthEntry[] {
  const conditions = (
    object.status as { conditions?: readonly { type: string; message?: string }[] }
  ).conditions;
  const ready = conditions?.find(({ type }) => type === "Ready");
  return parseHealthCheckMessage(ready?.message ?? "");
}

function keyOfEntry({ kind, namespace, name }: HealthEntry): Key {
  return keyFrom(kind, namespace, name);
}

/** What a Kustomization waits for: all that it applied, or the health checks that it names. */
function checkedBy(object: KubernetesObject): Key[] {
  const checks = read(object.spec, "healthChecks");
  if (object.kind !== "Kustomization" || read(object.spec, "wait") === true) return ownKeys(object);
  if (!Array.isArray(checks)) return [];
  return checks.map((check) =>
    keyFrom(
      textOf(read(check, "kind")),
      textOf(read(check, "namespace")) || object.metadata.namespace,
      textOf(read(check, "name")),
    ),
  );
}

function ownKeys(object: KubernetesObject): Key[] {
  return inventoryOf(object).map(({ kind, namespace, name }) => keyFrom(kind, namespace, name));
}

/** A webhook whose service does not answer is blamed on what runs it, a namespace that goes on itself. */
function applied({ text }: Verdict, scene: Scene): Key[] {
  const going =
    /unable to create new content in namespace ([\w.-]+) because it is being terminated/.exec(text);
  if (going !== null) return [...scene.notReady(keyFrom("Namespace", undefined, going[1] ?? ""))];
  const webhook = /failed calling webhook.*?https?:\/\/([\w-]+)\.([\w-]+)\.svc/.exec(text);
  if (webhook === null) return [];
  const [, service = "", namespace = ""] = webhook;
  return scene.behindService(service, namespace);
}

/** What cannot be pruned is named, and is on its way out itself. */
function prunes({ text }: Verdict, scene: Scene): Key[] {
  const named = text.matchAll(/\b([A-Z]\w+)\/(?:([\w.-]+)\/)?([\w.-]+)/g);
  return [...named].flatMap(([, kind = "", namespace, name = ""]) =>
    scene.notReady(keyFrom(kind, namespace, name)),
  );
}
