import { ApiError, UnreachableError } from "../api-server.ts";
import type { Cluster } from "../cluster.ts";
import type { Log } from "../log.ts";
import { displayName, type KubernetesObject, type Reference } from "../object.ts";
import { removeOwn } from "../removal.ts";
import {
  canaries,
  type Canary,
  canaryObject,
  handledToken,
  purposeLabel,
  requestedAt,
} from "./canary.ts";
import type { Pod } from "./controller-state.ts";
import type { InstalledController } from "./shards.ts";

const retryMilliseconds = 250;

interface Asking {
  readonly signal: AbortSignal;
  readonly reject: (error: Error) => void;
  readonly changed: () => void;
}

/** CanarySet asks one controller for a token through each of its canaries, and hears the answers. */
export class CanarySet {
  readonly controller: InstalledController;
  readonly #cluster: Cluster;
  readonly #canaries: readonly Canary[];
  readonly #namespace: string;
  readonly #name: string;
  readonly #answers = new Map<string, string>();
  readonly #first: string;
  #token: string;
  #pod: Pod | undefined;
  #times = 0;
  #followed = false;
  #asking: Promise<void> = Promise.resolve();
  #lastError: string | undefined;
  #askedAt = 0;
  #answeredAt: number | undefined;

  constructor(
    cluster: Cluster,
    controller: InstalledController,
    of: { readonly namespace: string; readonly token: string },
  ) {
    this.controller = controller;
    this.#cluster = cluster;
    this.#canaries = canaries[controller.component] ?? [];
    this.#namespace = of.namespace;
    const [shard] = Object.values(controller.labels);
    this.#name = shard === undefined ? of.token : `${of.token}-${shard}`;
    this.#first = of.token;
    this.#token = of.token;
  }

  /** Asks `pod`, once. When another pod leads later, it is asked anew: the answer of the old one proves nothing. */
  ask(pod: Pod, asking: Asking): void {
    if (this.#pod?.metadata.uid === pod.metadata.uid) return;
    this.#pod = pod;
    this.#times += 1;
    if (this.#times > 1) this.#token = `${this.#first}-${this.#times}`;
    this.#askedAt = Date.now();
    this.#answeredAt = undefined;
    this.#follow(asking);
    const token = this.#token;
    this.#asking = this.#asking.then(async () => {
      const writes = this.#canaries.map((canary) => this.#write(canary, token, asking));
      await Promise.all(writes).catch(asking.reject);
    });
  }

  /** What is missing for an answer by the pod that was asked last; undefined when it answered through every canary. */
  missing(): string | undefined {
    const silent = this.#canaries.filter(
      ({ resource }) => this.#answers.get(resource.kind) !== this.#token,
    );
    if (silent.length === 0) return undefined;
    if (this.#lastError !== undefined) return this.#lastError;
    return `no answer to ${silent.map(({ resource }) => resource.kind).join(", ")}`;
  }

  result(): { name: string; pod: string; seconds: number } {
    const seconds = ((this.#answeredAt ?? Date.now()) - this.#askedAt) / 1000;
    return { name: this.controller.deployment, pod: this.#pod?.metadata.name ?? "", seconds };
  }

  /** Resolves when none of the canaries is left. */
  async remove(log: Log): Promise<void> {
    await this.#asking;
    if (this.#times === 0) return;
    const references = this.#canaries.map((canary) => this.#reference(canary));
    await removeOwn(this.#cluster, references, log);
  }

  #reference({ resource }: Canary): Reference {
    return { resource, name: this.#name, namespace: this.#namespace };
  }

  #follow({ signal, changed }: Asking): void {
    if (this.#followed) return;
    this.#followed = true;
    const seen = (object: KubernetesObject) => {
      const token = handledToken(object);
      if (token !== undefined) this.#answers.set(object.kind, token);
      if (this.missing() === undefined) this.#answeredAt ??= Date.now();
      changed();
    };
    for (const { resource } of this.#canaries) {
      const options = { namespace: this.#namespace, name: this.#name, signal };
      this.#cluster.follow(resource, options, { seen, gone: changed });
    }
  }

  /** Tries until the token stands in the canary or the wait is over: the CRD may be on its way. */
  async #write(canary: Canary, token: string, { signal, changed }: Asking): Promise<void> {
    const { labels } = this.controller;
    const at = { name: this.#name, namespace: this.#namespace, token, labels };
    const object = canaryObject(canary, at);
    while (!signal.aborted) {
      try {
        await this.#createOrStamp(canary, object, token);
        this.#lastError = undefined;
        return;
      } catch (error) {
        if (!isTransient(error)) throw error;
        this.#lastError = `${displayName(object)}: ${error.message}`;
        changed();
      }
      await abortableDelay(retryMilliseconds, signal);
    }
  }

  async #createOrStamp(canary: Canary, object: KubernetesObject, token: string): Promise<void> {
    const annotations = { [requestedAt]: token };
    if (this.#times > 1) {
      const patched = await this.#cluster.patch(this.#reference(canary), {
        metadata: { annotations },
      });
      if (patched !== undefined) return;
    }
    try {
      await this.#cluster.create(canary.resource, object);
    } catch (error) {
      // An answer that got lost, and the next try.
      if (!(error instanceof ApiError) || error.reason !== "AlreadyExists") throw error;
    }
  }
}

/** removeLeftovers removes the canaries of a gate that was killed. */
export async function removeLeftovers(
  cluster: Cluster,
  of: { readonly namespace: string; readonly components: readonly string[] },
  log: Log,
): Promise<void> {
  const kinds = of.components.flatMap((component) => canaries[component] ?? []);
  const options = { namespace: of.namespace, labelSelector: `${purposeLabel}=canary` };
  const found = await Promise.all(
    kinds.map(async ({ resource }) =>
      (await cluster.list(resource, options)).map(({ metadata: { name } }) => ({
        resource,
        name,
        namespace: of.namespace,
      })),
    ),
  );
  const leftovers = found.flat();
  if (leftovers.length === 0) return;
  log.line(`removing ${leftovers.length} canaries of an interrupted run`);
  await removeOwn(cluster, leftovers, log);
}

/** True for what passes by itself while a cluster comes up: the kind is not served yet, or the server not there. */
function isTransient(error: unknown): error is Error {
  if (error instanceof UnreachableError) return true;
  return (
    error instanceof ApiError && (error.code === 404 || error.code === 429 || error.code >= 500)
  );
}

async function abortableDelay(milliseconds: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, milliseconds);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });
}
