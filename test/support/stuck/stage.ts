import type { Cluster } from "../../../scripts/lib/cluster.ts";
import { OCIRepository } from "../../../scripts/lib/kinds.ts";
import type { KubernetesObject, Reference } from "../../../scripts/lib/object.ts";
import { type Key, keyOf } from "../../../scripts/lib/tree/owner.ts";
import type { Ground } from "./ground.ts";
import { inNamespace, type Manifest, namespaceManifest, ServiceAccount } from "./manifest.ts";
import { Objects } from "./objects.ts";
import { namespaceOf, referenceOf, settled, type Scenario, type Test } from "./scenario.ts";

/** How long an object gets for one change of state. */
const stateMilliseconds = 90_000;

/** Reached is a scenario whose objects are all in their states. */
export interface Reached {
  readonly scenario: Scenario;
  /** The objects as they were when they reached their states, by key. */
  readonly objects: ReadonlyMap<Key, KubernetesObject>;
  /** When the last of them had, in milliseconds since the epoch. */
  readonly at: number;
}

/** Played is what came of several scenarios. */
export interface Played {
  readonly reached: readonly Reached[];
  /** A line for each scenario whose objects did not come to their states. */
  readonly failures: readonly string[];
}

/** Stage plays scenarios on one cluster, as many at once as it is given. */
export class Stage {
  readonly ground: Ground;
  readonly #objects: Objects;
  readonly #over = new AbortController();

  constructor(ground: Ground) {
    this.ground = ground;
    this.#objects = new Objects(ground.cluster, this.#over.signal);
  }

  get cluster(): Cluster {
    return this.ground.cluster;
  }

  /** Ends the following; the cluster stays as it is. */
  close(): void {
    this.#over.abort();
  }

  /** Plays the scenarios side by side; one that does not come to its states keeps none of the others from theirs. */
  async play(scenarios: readonly Scenario[]): Promise<Played> {
    const outcomes = await Promise.allSettled(
      scenarios.map(async (scenario) => {
        await this.set(scenario);
        return this.reach(scenario);
      }),
    );
    const reached: Reached[] = [];
    const failures: string[] = [];
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.status === "fulfilled") reached.push(outcome.value);
      else failures.push(`${scenarios[index]?.name ?? ""}: ${String(outcome.reason)}`);
    }
    return { reached, failures };
  }

  /** Applies the manifests of a scenario, charts first. */
  async set(scenario: Scenario): Promise<void> {
    const namespace = namespaceOf(scenario);
    const manifests = scenario.manifests?.(this.ground.places) ?? [];
    const placed = manifests.map((one) => inNamespace(one, namespace));
    const charts = placed.filter(({ resource }) => resource === OCIRepository);
    await this.apply([namespaceManifest(namespace), ...charts]);
    // Without the account that the controller manager makes for it, a namespace takes no pod.
    await this.until({ resource: ServiceAccount, name: "default", namespace }, () => true);
    // A chart that gets ready later would end the installs that wait for their health.
    for (const { object } of charts) {
      const at = { resource: OCIRepository, name: object.metadata.name, namespace };
      await this.until(at, settled);
    }
    await this.apply(placed.filter((one) => !charts.includes(one)));
  }

  /** Goes through the steps of a scenario and waits until its objects are in their states. */
  async reach(scenario: Scenario): Promise<Reached> {
    const { steps = [], expect } = scenario;
    const namespace = namespaceOf(scenario);
    for (const step of steps) {
      const at = referenceOf(step, namespace);
      await this.until(at, step.when);
      await step.act(this, at);
    }
    const objects = await Promise.all(
      expect.map(async (one) => {
        const object = await this.until(referenceOf(one, namespace), one.when);
        return [keyOf(object), object] as const;
      }),
    );
    return { scenario, objects: new Map(objects), at: this.cluster.now() };
  }

  until(reference: Reference, test: Test, timeout = stateMilliseconds): Promise<KubernetesObject> {
    return this.#objects.until(reference, test, timeout);
  }

  async apply(manifests: readonly Manifest[]): Promise<void> {
    for (const { resource, object } of manifests) await this.cluster.apply(resource, object);
  }
}
