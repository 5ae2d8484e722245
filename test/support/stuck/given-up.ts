import { setTimeout as delay } from "node:timers/promises";

import { ApiError } from "../../../scripts/lib/api-server.ts";
import { pathOf } from "../../../scripts/lib/cluster.ts";
import { ConfigMap, HelmRelease, OCIRepository } from "../../../scripts/lib/kinds.ts";
import type { Reference } from "../../../scripts/lib/object.ts";
import { deafWebhook } from "./admission.ts";
import { chart, inNamespace, type Manifest, namespaceManifest, release } from "./manifest.ts";
import { ready, stalled, type Test } from "./scenario.ts";
import type { Stage } from "./stage.ts";

/** Values with which nothing has to get ready, so that the machine's speed counts little. */
export const quickValues = { deployment: false, note: true };

/** GivenUp is a namespace in which Helm cannot install anything, until it is mended. */
export class GivenUp {
  readonly namespace: string;
  readonly #stage: Stage;
  readonly #webhook: Manifest;

  private constructor(stage: Stage, namespace: string) {
    this.#stage = stage;
    this.namespace = namespace;
    this.#webhook = deafWebhook(namespace);
  }

  /** Makes the namespace with a chart in it. The API server refuses what a release applies, because a webhook is not there. */
  static async make(stage: Stage, namespace: string): Promise<GivenUp> {
    const one = new GivenUp(stage, namespace);
    await one.apply([namespaceManifest(namespace), one.#webhook, chart(stage.ground.places)]);
    await stage.until({ resource: OCIRepository, name: "chart", namespace }, ready);
    await one.#untilAccepted(false);
    return one;
  }

  /** The HelmRelease of that name. */
  at(name: string): Reference {
    return { resource: HelmRelease, name, namespace: this.namespace };
  }

  async apply(manifests: readonly Manifest[]): Promise<void> {
    await this.#stage.apply(manifests.map((one) => inNamespace(one, this.namespace)));
  }

  /** Resolves when that is true of all of them. */
  async until(names: readonly string[], test: Test, timeout?: number): Promise<void> {
    await Promise.all(names.map((name) => this.#stage.until(this.at(name), test, timeout)));
  }

  /** Creates releases that give up, and resolves when they have. */
  async releases(names: readonly string[]): Promise<void> {
    await this.apply(names.map((name) => release(name, { values: quickValues })));
    await this.until(names, stalled("RetriesExceeded"));
  }

  /** Removes the cause. */
  async mend(): Promise<void> {
    await this.#stage.cluster.delete({ resource: this.#webhook.resource, name: this.namespace });
    await this.#untilAccepted(true);
  }

  /** Resolves when the API server accepts a ConfigMap in the namespace, or refuses it: it takes a webhook up, and drops it, by and by. */
  async #untilAccepted(wanted: boolean): Promise<void> {
    const deadline = Date.now() + triesMilliseconds;
    while ((await this.#isAccepted()) !== wanted) {
      if (Date.now() > deadline) {
        const what = wanted ? "accept" : "refuse";
        throw new Error(`the API server must ${what} ConfigMaps in ${this.namespace} within 30s`);
      }
      await delay(tryMilliseconds);
    }
  }

  async #isAccepted(): Promise<boolean> {
    const { apiVersion, kind } = ConfigMap;
    const { namespace } = this;
    const body = { apiVersion, kind, metadata: { name: "trial", namespace } };
    const path = `${pathOf({ resource: ConfigMap, namespace })}?dryRun=All`;
    try {
      await this.#stage.cluster.api.json(path, { method: "POST", body });
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.message.includes("failed calling webhook")) {
        return false;
      }
      throw error;
    }
  }
}

const tryMilliseconds = 250;
const triesMilliseconds = 30_000;
