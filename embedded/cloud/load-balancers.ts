import { pathOf } from "../../scripts/lib/listing.ts";
import type { Reference } from "../../scripts/lib/object.ts";
import { type Addresses, type Holder, isOfCloud } from "./addresses.ts";
import type { CloudContext } from "./cloud.ts";
import { isKeptFrom } from "./faults.ts";
import { addFinalizer, hasFinalizer, removeFinalizer } from "./finalizers.ts";
import { Service, type ServiceObject } from "./kinds.ts";
import { Underway } from "./underway.ts";
import { WorkQueue } from "./work-queue.ts";

/** The finalizer of Kubernetes' own service controller. */
export const addressFinalizer = "service.kubernetes.io/load-balancer-cleanup";
/** The class that a Service may name; one without a class is meant too. */
export const loadBalancerClass = "embedded.flux-bootstrap.dev/address";

/** What the controller has to do for a Service in that state. */
export type ServiceNeed = "finalizer" | "address" | "release" | "nothing";

/** LoadBalancers gives each Service of type LoadBalancer an address and takes it back. */
export class LoadBalancers {
  readonly #context: CloudContext;
  readonly #addresses: Addresses;
  readonly #queue: WorkQueue;
  readonly #underway: Underway;
  /** Services that wait for what others hold. */
  readonly #waiting = new Set<string>();

  constructor(context: CloudContext, addresses: Addresses) {
    this.#context = context;
    this.#addresses = addresses;
    this.#queue = new WorkQueue({
      work: (key) => this.#reconcile(key),
      failed: (key, error) => {
        context.report(`Service/${key} is tried again: ${String(error)}`);
      },
    });
    this.#underway = new Underway(context.latencies, this.#queue);
  }

  start(): void {
    const { cluster, report, signal } = this.#context;
    const lost = (error: Error) => {
      report(`services are not followed: ${error.message}`);
    };
    const changed = (service: ServiceObject) => {
      if (concerns(service)) this.#queue.add(keyOf(service));
    };
    cluster.follow<ServiceObject>(Service, { signal, lost }, { seen: changed, gone: changed });
    signal.addEventListener("abort", () => {
      this.#queue.stop();
    });
  }

  async #reconcile(key: string): Promise<void> {
    const { cluster, notices } = this.#context;
    const reference = referenceOf(key);
    const service = await cluster.get<ServiceObject>(reference);
    this.#waiting.delete(key);
    const need = service === undefined ? "nothing" : serviceNeed(service);
    if (need === "nothing") this.#underway.end(key);
    if (service === undefined) return;
    switch (need) {
      case "finalizer":
        await addFinalizer(cluster, reference, service, addressFinalizer);
        return;
      case "address":
        await this.#attach(reference, service);
        return;
      case "release":
        await this.#release(reference, service);
        return;
      case "nothing": {
        const address = addressOf(service);
        // The file was lost: what the API says is handed out is.
        if (address !== undefined) this.#addresses.take(address, holderOf(service));
        notices.clear(service);
      }
    }
  }

  async #attach(reference: Reference, service: ServiceObject): Promise<void> {
    const key = keyOf(service);
    const { loadBalancerIP: wanted } = service.spec ?? {};
    if (isKeptFrom("provide", service)) {
      await this.#wait(service, "the annotation embedded.flux-bootstrap.dev/provide says never");
    } else if (wanted !== undefined && !isOfCloud(wanted)) {
      await this.#wait(service, `loadBalancerIP must be in 198.51.100.0/24, got ${wanted}`);
    } else if (this.#underway.isOver(key, "attach-address", service.metadata.uid ?? "")) {
      const ip = this.#addresses.assign(holderOf(service), wanted);
      if (ip === undefined) await this.#wait(service, "no address is free");
      else await this.#writeStatus(reference, service, { ingress: [{ ip }] });
    }
  }

  async #release(reference: Reference, service: ServiceObject): Promise<void> {
    const { uid = "", deletionTimestamp } = service.metadata;
    const { cluster } = this.#context;
    const sharers = this.#addresses.sharers(uid).map((sharer) => `Service/${sharer.service}`);
    if (isKeptFrom("release", service)) {
      await this.#wait(service, "the annotation embedded.flux-bootstrap.dev/release says never");
    } else if (sharers.length > 0) {
      const address = this.#addresses.of(uid) ?? "";
      await this.#wait(service, `address ${address} is in use by ${sharers.join(", ")}`);
    } else if (this.#underway.isOver(keyOf(service), "release-address", uid)) {
      this.#addresses.release(uid);
      if (deletionTimestamp === undefined) {
        await this.#writeStatus(reference, service, null);
      }
      await removeFinalizer(cluster, reference, uid, addressFinalizer);
      for (const key of this.#waiting) this.#queue.add(key);
    }
  }

  /** Says why the Service gets no further; it is looked at again when it changes or an address is released. */
  async #wait(service: ServiceObject, message: string): Promise<void> {
    this.#underway.end(keyOf(service));
    this.#waiting.add(keyOf(service));
    await this.#context.notices.warn(service, "SyncLoadBalancerFailed", message);
  }

  async #writeStatus(
    reference: Reference,
    { metadata: { resourceVersion } }: ServiceObject,
    loadBalancer: object | null,
  ): Promise<void> {
    await this.#context.cluster.api.found(`${pathOf(reference)}/status`, {
      method: "PATCH",
      body: { metadata: { resourceVersion }, status: { loadBalancer } },
      contentType: "application/merge-patch+json",
    });
  }
}

/** Whether the controller has anything to do with the Service, or may have had. */
function concerns(service: ServiceObject): boolean {
  return service.spec?.type === "LoadBalancer" || hasFinalizer(service, addressFinalizer);
}

export function serviceNeed(service: ServiceObject): ServiceNeed {
  const { type, loadBalancerClass: itsClass = loadBalancerClass } = service.spec ?? {};
  if (itsClass !== loadBalancerClass) return "nothing";
  const held = hasFinalizer(service, addressFinalizer);
  if (type !== "LoadBalancer" || service.metadata.deletionTimestamp !== undefined) {
    return held ? "release" : "nothing";
  }
  if (!held) return "finalizer";
  return addressOf(service) === undefined ? "address" : "nothing";
}

function addressOf({ status }: ServiceObject): string | undefined {
  return status?.loadBalancer?.ingress?.[0]?.ip;
}

function keyOf({ metadata }: ServiceObject): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}

function holderOf(service: ServiceObject): Holder {
  return { service: keyOf(service), uid: service.metadata.uid ?? "" };
}

function referenceOf(key: string): Reference {
  const [namespace = "", name = ""] = key.split("/");
  return { resource: Service, namespace, name };
}
