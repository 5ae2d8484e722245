import type { KubernetesObject } from "../object.ts";
import { type Key, keyFrom, keyOf, ownerOf } from "../tree/owner.ts";
import { isTrue } from "./condition.ts";
import type { Context } from "./context.ts";
import { componentOf } from "./controllers.ts";
import { verdictOf } from "./judgement.ts";
import { isReady, judgePod, troubleOf } from "./pod.ts";
import type { StateId } from "./states.ts";
import type { Verdict } from "./verdict.ts";
import {
  failureOf,
  isWorkloadReady,
  judgeWorkload,
  podsOfWorkload,
  workloadKinds,
} from "./workload.ts";

/** Missing is an object that others name and that does not exist. */
export interface Missing {
  readonly key: Key;
  /** What names it; empty when only a health check did. */
  readonly neededBy: readonly Key[];
  /** What would have made it, when that has not come so far. */
  readonly maker: Key | undefined;
}

/** Kinds of which a snapshot that can read them holds every object. */
const fluxGroups =
  /^(?:HelmRelease|Kustomization|GitRepository|OCIRepository|Bucket|HelmRepository|HelmChart|ResourceSet|ExternalArtifact)$/;

/** States of an owner that has not applied everything yet. */
const behindOwners: ReadonlySet<StateId> = new Set<StateId>([
  ...(["K1", "K2", "K3", "K4", "K5", "K6", "K12", "K13", "new"] as const),
  ...(["O2", "O3", "O4", "O5", "O6"] as const),
]);

/**
 * Scene is what the walk to the root causes sees: the verdicts, those on workloads and pods that it adds on its way, and
 * what is missing.
 */
export class Scene {
  readonly #context: Context;
  readonly #verdicts: Map<Key, Verdict>;
  readonly #missing = new Map<Key, Missing>();

  constructor(context: Context, verdicts: Map<Key, Verdict>) {
    this.#context = context;
    this.#verdicts = verdicts;
  }

  get missing(): ReadonlyMap<Key, Missing> {
    return this.#missing;
  }

  verdict(key: Key): Verdict | undefined {
    return this.#verdicts.get(key);
  }

  object(key: Key): KubernetesObject | undefined {
    return this.#context.index.get(key);
  }

  /** The key when the object is not ready, or does not exist although it must; else nothing. */
  notReady(key: Key, neededBy?: KubernetesObject): readonly Key[] {
    const verdict = this.#verdicts.get(key);
    if (verdict !== undefined) return isFine(verdict) ? [] : [key];
    if (neededBy === undefined || this.object(key) !== undefined) return [];
    const [kind = ""] = key.split("/");
    if (!fluxGroups.test(kind) || !this.#context.knows(kind)) return [];
    return this.notThere(key, neededBy);
  }

  /** Notes that the object is missing, and what needs it when that is known. */
  notThere(key: Key, neededBy?: KubernetesObject): readonly Key[] {
    const known = this.#missing.get(key);
    const by = neededBy === undefined ? [] : [keyOf(neededBy)];
    const maker = known?.maker ?? (neededBy === undefined ? undefined : this.#makerFor(neededBy));
    this.#missing.set(key, { key, neededBy: [...(known?.neededBy ?? []), ...by], maker });
    return [key];
  }

  /** What comes with an object from the same place is missing as long as that was not applied. */
  #makerFor(object: KubernetesObject): Key | undefined {
    const owner = ownerOf(object);
    const state = owner === undefined ? undefined : this.#verdicts.get(owner)?.state;
    return state !== undefined && behindOwners.has(state) ? owner : undefined;
  }

  /** The pods in trouble of a workload, else the workload itself when it failed, or has to be ready by now. */
  brokenWorkload(key: Key, owner: "waiting" | "failed"): readonly Key[] {
    const known = this.#verdicts.get(key);
    if (known !== undefined) return known.standing === "ready" ? [] : [key];
    const object = this.object(key);
    if (object === undefined) return [];
    if (object.kind === "Pod") return this.#troubled([object], owner === "failed");
    if (!workloadKinds.has(object.kind) || isWorkloadReady(object)) return [];
    const pods = this.#troubled(podsOfWorkload(object, this.#context.index), owner === "failed");
    if (pods.length > 0) return pods;
    if (owner === "waiting" && failureOf(object) === undefined) return [];
    this.#verdicts.set(key, verdictOf(object, judgeWorkload(object)));
    return [key];
  }

  /** What carries the labels of a release that has no inventory. */
  ofRelease(release: KubernetesObject): Key[] {
    return this.#context.index.ofRelease(keyOf(release)).map(keyOf);
  }

  /** What runs, or is to bring, the workload behind a service: the workload of that name, else releases of the namespace. */
  behindService(service: string, namespace: string): Key[] {
    const workload = keyFrom("Deployment", namespace, service);
    const broken = this.brokenWorkload(workload, "failed");
    if (broken.length > 0) return [...broken];
    return this.#context.index
      .ofKind("HelmRelease")
      .filter(({ metadata }) => metadata.namespace === namespace)
      .flatMap((release) => this.notReady(keyOf(release)));
  }

  /** The controller of the object when it does not work, or does not exist. */
  brokenController(object: KubernetesObject): readonly Key[] {
    const { controllers, controllerVerdicts } = this.#context;
    const responsible = controllers.for(object);
    if (responsible === "unseen") return [];
    if (responsible === "absent") {
      const component = componentOf(object);
      if (component === undefined || object.metadata.labels?.[controllers.shardKey] !== undefined) {
        return [];
      }
      return this.notThere(controllers.keyOf(component), object);
    }
    return controllerVerdicts.get(responsible.key)?.state === "ok" ? [] : [responsible.key];
  }

  #troubled(pods: readonly KubernetesObject[], isLate: boolean): Key[] {
    const { at, index } = this.#context;
    return pods.flatMap((pod) => {
      const trouble = isReady(pod) ? undefined : troubleOf(pod, { at, index, isLate });
      if (trouble === undefined) return [];
      const verdict = verdictOf(pod, judgePod(trouble));
      this.#verdicts.set(verdict.key, verdict);
      return [verdict.key];
    });
  }
}

/** What is suspended while it is Ready holds up nothing: its artifact, or its release, stays. */
function isFine({ standing, object }: Verdict): boolean {
  return standing === "ready" || (standing === "suspended" && isTrue(object, "Ready"));
}
