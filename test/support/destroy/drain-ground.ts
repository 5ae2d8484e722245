import { discover } from "../../../scripts/lib/discovery.ts";
import { HelmRelease } from "../../../scripts/lib/kinds.ts";
import type { KubernetesObject, Reference } from "../../../scripts/lib/object.ts";
import type { AuditEvent } from "../embedded.ts";
import { type FluxOptions, withArguments } from "../stuck/flux.ts";
import { Ground } from "../stuck/ground.ts";
import { Stage } from "../stuck/stage.ts";
import { destroyPlan } from "./destroy-plan.ts";
import type { Drained } from "./drained.ts";
import { drain, type DrainEnd, type DrainVariables } from "./drain-run.ts";
import { Trail } from "./trail.ts";

/** What waits for another asks again after a second: the fleets here are small, and are made one after the other. */
const impatient = "--requeue-dependency=1s";

export const fluxOptions: FluxOptions = {
  size: "medium",
  patches: [
    withArguments("kustomize-controller", impatient),
    withArguments("helm-controller", impatient),
  ],
};

/** DrainGround is an embedded cluster with Flux on which one fleet after the other is attached and drained. */
export class DrainGround {
  readonly ground: Ground;
  readonly stage: Stage;

  private constructor(ground: Ground) {
    this.ground = ground;
    this.stage = new Stage(ground);
  }

  static async start(name: string, options = fluxOptions): Promise<DrainGround> {
    return new DrainGround(await Ground.start(name, options));
  }

  async end(): Promise<void> {
    this.stage.close();
    await this.ground.end();
  }

  drain(variables: DrainVariables = {}): Promise<DrainEnd> {
    return drain(this.ground.embedded, variables);
  }

  /** What the API server was asked to write while `work` ran. */
  async during<T>(work: () => Promise<T>): Promise<{ result: T; events: AuditEvent[] }> {
    const before = this.ground.embedded.audit().length;
    const result = await work();
    return { result, events: this.ground.embedded.audit().slice(before) };
  }

  /** Drains by the plan that the command shows right before. */
  async drainByPlan(variables: DrainVariables = {}): Promise<DrainEnd & Drained> {
    const resources = await discover(this.stage.cluster);
    const plan = await destroyPlan(this.ground.embedded, variables["DRAIN_VOLUMES"]);
    const { result, events } = await this.during(() => this.drain(variables));
    return { ...result, plan, resources, trail: new Trail(events) };
  }

  exists(reference: Reference): Promise<boolean> {
    return this.stage.cluster.get(reference).then((object) => object !== undefined);
  }

  /** The revision of Helm that a release is at. */
  async revision({ name, namespace = "" }: Reference): Promise<number | undefined> {
    const reference = { resource: HelmRelease, name, namespace };
    const release = await this.stage.cluster.get<Release>(reference);
    return revisionOf(release);
  }
}

type Release = KubernetesObject<
  unknown,
  { readonly history?: readonly { readonly version: number }[] }
>;

export function revisionOf(release: KubernetesObject | undefined): number | undefined {
  return (release as Release | undefined)?.status?.history?.[0]?.version;
}
