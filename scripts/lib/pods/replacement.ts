import type { KubernetesObject } from "../object.ts";
import { type Key, keyOf } from "../tree/owner.ts";
import type { PodFinding } from "./finding.ts";
import { isReady, readPod } from "./pod-view.ts";
import { podTrouble } from "./pod-trouble.ts";
import { sceneOf } from "./scene.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Trouble } from "./trouble.ts";
import { ownersOf, workloadOf } from "./workload.ts";

/** How far the successor of a deleted pod is. */
export type Progress =
  | { readonly state: "none" }
  | { readonly state: "ready"; readonly uid: string; readonly key: Key }
  /** Has the trouble of its predecessor. */
  | { readonly state: "broken"; readonly key: Key; readonly text: string }
  | { readonly state: "starting"; readonly key: Key; readonly text: string };

/** The problems that a successor does not grow out of once it shows them. */
const lasting: readonly string[] = ["image-pull", "crash-loop", "evicted", "failed"];
/** The first crash may be one of many at a start; the second restart is a loop. */
const loopRestarts = 2;

/** Replacement watches the pods of one namespace for the successor of a deleted pod. */
export class Replacement {
  readonly #finding: PodFinding;
  readonly #surroundings: Surroundings;
  readonly #now: () => number;
  readonly #pods = new Map<string, KubernetesObject>();
  #before: ReadonlySet<string> = new Set();

  constructor(finding: PodFinding, surroundings: Surroundings, now: () => number) {
    this.#finding = finding;
    this.#surroundings = surroundings;
    this.#now = now;
  }

  seen(pod: KubernetesObject): void {
    const { uid = "" } = pod.metadata;
    if (this.#isOfWorkload(pod)) this.#pods.set(uid, pod);
  }

  gone({ metadata: { uid = "" } }: KubernetesObject): void {
    this.#pods.delete(uid);
  }

  /** The pod itself as it is now; undefined when it does not exist any more. */
  get predecessor(): KubernetesObject | undefined {
    return this.#pods.get(this.#finding.uid ?? "");
  }

  /** Remembers which pods are no successors. One that ended was succeeded long ago, so all others may be. */
  deleting(): void {
    const ended = this.#finding.problem === "evicted" || this.#finding.problem === "failed";
    const { uid = "" } = this.#finding;
    this.#before = new Set(ended ? [uid] : this.#pods.keys());
  }

  get progress(): Progress {
    const successors = [...this.#pods]
      .filter(([uid]) => !this.#before.has(uid))
      .map(([uid, pod]) => this.#progressOf(uid, pod));
    const inState = (state: Progress["state"]) =>
      successors.find((progress) => progress.state === state);
    return inState("ready") ?? inState("broken") ?? inState("starting") ?? { state: "none" };
  }

  #progressOf(uid: string, pod: KubernetesObject): Progress {
    const view = readPod(pod);
    const key = keyOf(pod);
    if (isReady(view) && view.deleted === undefined) return { state: "ready", uid, key };
    const trouble = podTrouble({ ...sceneOf(pod, this.#surroundings), at: this.#now() });
    const text = trouble?.text ?? `phase ${view.phase}, not ready yet`;
    return { state: this.#isSame(trouble) ? "broken" : "starting", key, text };
  }

  #isSame(trouble: Trouble | undefined): boolean {
    const { problem } = this.#finding;
    if (trouble?.problem !== problem || !lasting.includes(problem)) return false;
    const { restarts = 0 } = trouble.container ?? {};
    return problem !== "crash-loop" || restarts >= loopRestarts;
  }

  #isOfWorkload(pod: KubernetesObject): boolean {
    const { workload } = this.#finding;
    return workloadOf(ownersOf(pod, this.#surroundings)).key === workload.key;
  }
}
