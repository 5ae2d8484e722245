import { setTimeout as delay } from "node:timers/promises";

import { type Properties, unknown } from "../plugin/properties.ts";
import { InitializationFailure } from "../plugin/rpc.ts";
import { type CloudResource, readAccount, withAccount } from "./account.ts";
import { admit, RemainingFault } from "./calls.ts";
import type { Call, ResourceType, Surroundings } from "./resource-type.ts";
import type { CloudDefinition } from "./service.ts";
import { readSettings, type Settings } from "./settings.ts";

/** One step of the engine on a resource. */
export interface Step {
  readonly urn: string;
  readonly token: string;
  readonly type: ResourceType;
  readonly preview: boolean;
  readonly signal: AbortSignal;
}

const askAgainMilliseconds = 50;

/** Lifecycle makes, reads, changes and removes what is in the account of one cloud. */
export class Lifecycle {
  readonly #definition: CloudDefinition;
  #config: Properties = {};

  constructor(definition: CloudDefinition) {
    this.#definition = definition;
  }

  configure(config: Properties): void {
    this.#config = config;
  }

  /** A preview makes nothing: what only the cloud can say is unknown. What is cancelled leaves nothing. */
  async create(step: Step, inputs: Properties): Promise<{ id: string; state: Properties }> {
    const { type, token, signal } = step;
    if (step.preview) return { id: "", state: { ...inputs, ...unknowns(type) } };
    const { cloud } = this.#definition;
    const failed = await this.#failureThatRemains(step);
    const settings = readSettings(cloud);
    const resource = await withAccount(cloud, (account) => {
      const { id, outputs } = type.create(this.#call(settings, { account, inputs }));
      const status = failed === undefined ? {} : { status: "CREATE_FAILED" };
      return account.put(token, id, { ...inputs, ...outputs, ...status }, inputs);
    });
    const { id, properties } = resource;
    if (failed !== undefined) throw new InitializationFailure(failed, id, properties);
    const outputs = await type
      .provision?.({ ...this.#around(settings), resource })
      .catch((error: unknown) => {
        throw new InitializationFailure(String(error), id, properties);
      });
    if (signal.aborted) await this.#undo(step, id);
    return { id, state: await this.#merge(resource, outputs) };
  }

  /** What is in the account now; undefined when it is gone. */
  async read({ token, signal }: Step, id: string): Promise<CloudResource | undefined> {
    const { cloud } = this.#definition;
    await admit(cloud, "read", token, signal);
    return readAccount(cloud).get(token, id);
  }

  async update(
    step: Step & { readonly id: string },
    old: Properties,
    inputs: Properties,
  ): Promise<Properties> {
    const { type, token, id } = step;
    if (step.preview) return { ...old, ...inputs };
    const { cloud } = this.#definition;
    const settings = await admit(cloud, "update", token, step.signal);
    const resource = await withAccount(cloud, (account) => {
      const present = account.get(token, id);
      if (present === undefined) throw new Error(`${token} ${id}: not found`);
      const outputs = type.update?.(this.#call(settings, { account, inputs }), present) ?? {};
      const kept = type.outputs.map((name) => [name, present.properties[name] ?? null] as const);
      const state = { ...Object.fromEntries(kept), ...inputs, ...outputs };
      return account.put(token, id, state, inputs);
    });
    const outputs = await type.reprovision?.({ ...this.#around(settings), resource });
    return this.#merge(resource, outputs);
  }

  /** Leaves nothing of that id; one that is gone already is removed too. */
  async remove({ type, token, signal }: Step, id: string): Promise<void> {
    const { cloud } = this.#definition;
    const settings = await admit(cloud, "delete", token, signal);
    const resource = readAccount(cloud).get(token, id);
    if (resource === undefined) return;
    const standing = { ...this.#around(settings), resource };
    await this.#untilFree(
      type,
      () => {
        this.#requireFree(settings, type, { token, id });
      },
      signal,
    );
    await type.release?.(standing);
    await withAccount(cloud, (account) => {
      const call = this.#call(settings, { account, inputs: resource.properties });
      type.remove?.(call, account.get(token, id) ?? resource);
      account.remove(token, id);
    });
    await type.released?.(standing);
  }

  async invoke(token: string, inputs: Properties): Promise<Properties> {
    const { functions, standIn, cloud } = this.#definition;
    const invoked = functions[token];
    if (invoked === undefined) {
      throw new Error(
        `the stand-in for ${standIn.name} has no function ${token}: add it to embedded/clouds`,
      );
    }
    const settings = readSettings(cloud);
    return Promise.resolve(invoked(this.#call(settings, { account: readAccount(cloud), inputs })));
  }

  /** Whether the resource may go: asked on a copy, so that nothing changes yet. */
  #requireFree(
    settings: Settings,
    type: ResourceType,
    { token, id }: { readonly token: string; readonly id: string },
  ): void {
    const account = readAccount(this.#definition.cloud);
    const resource = account.get(token, id);
    if (resource === undefined) return;
    type.remove?.(this.#call(settings, { account, inputs: resource.properties }), resource);
  }

  async #untilFree(type: ResourceType, check: () => void, signal: AbortSignal): Promise<void> {
    const deadline = Date.now() + (type.patience ?? 0);
    for (;;) {
      try {
        check();
        return;
      } catch (error) {
        if (Date.now() >= deadline) throw error;
      }
      await delay(askAgainMilliseconds, undefined, { signal });
    }
  }

  async #failureThatRemains({ token, signal }: Step): Promise<string | undefined> {
    try {
      await admit(this.#definition.cloud, "create", token, signal);
      return undefined;
    } catch (error) {
      if (error instanceof RemainingFault) return error.message;
      throw error;
    }
  }

  /** Nobody would ever end a control plane that no state knows. */
  async #undo(step: Step, id: string): Promise<never> {
    await this.remove({ ...step, signal: new AbortController().signal }, id);
    throw step.signal.reason;
  }

  /** The properties with what came on top, if anything could. */
  async #merge(
    { type, id, properties: made }: CloudResource,
    outputs: Properties | undefined,
  ): Promise<Properties> {
    if (outputs === undefined) return made;
    return withAccount(this.#definition.cloud, (account) => {
      const { properties } = account.get(type, id) ?? { properties: {} };
      return account.put(type, id, { ...properties, ...outputs }).properties;
    });
  }

  #around(settings: Settings): Surroundings {
    return { cloud: this.#definition.cloud, config: this.#config, settings };
  }

  #call(settings: Settings, own: Pick<Call, "account" | "inputs">): Call {
    return { ...this.#around(settings), ...own };
  }
}

function unknowns({ outputs }: ResourceType): Properties {
  return Object.fromEntries(outputs.map((name) => [name, unknown]));
}
