import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "node:test";

import { type Account, readAccount } from "../../../../embedded/clouds/account.ts";
import { Lifecycle } from "../../../../embedded/clouds/lifecycle.ts";
import { cloudDiff } from "../../../../embedded/clouds/replacement.ts";
import type { ResourceType } from "../../../../embedded/clouds/resource-type.ts";
import type { CloudDefinition } from "../../../../embedded/clouds/service.ts";
import { type Settings, writeSettings } from "../../../../embedded/clouds/settings.ts";
import { clusterNames } from "../../../../embedded/cluster/status.ts";
import { deleteCluster } from "../../../../embedded/cluster/stop.ts";
import type { Properties } from "../../../../embedded/plugin/properties.ts";
import { createLog } from "../../../../scripts/lib/log.ts";

/** Gives every test a state home of its own, in which it starts no control plane. */
export function inStateHome(): void {
  const before = process.env["FLUX_BOOTSTRAP_HOME"];
  let home = "";
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "flux-bootstrap-clouds-"));
    process.env["FLUX_BOOTSTRAP_HOME"] = home;
  });
  afterEach(async () => {
    const started = clusterNames();
    const log = createLog(() => undefined);
    for (const name of started) await deleteCluster(name, log);
    if (before === undefined) delete process.env["FLUX_BOOTSTRAP_HOME"];
    else process.env["FLUX_BOOTSTRAP_HOME"] = before;
    rmSync(home, { recursive: true, force: true });
    assert.deepEqual(started, [], "the test started control planes");
  });
}

/** TestCloud is a cloud without control planes: what is in the account is all that there is. */
export class TestCloud {
  readonly #definition: CloudDefinition;
  readonly #lifecycle: Lifecycle;

  constructor(definition: CloudDefinition, config: Properties = {}) {
    this.#definition = definition;
    this.#lifecycle = new Lifecycle(definition);
    this.#lifecycle.configure(config);
  }

  get account(): Account {
    return readAccount(this.#definition.cloud);
  }

  set(settings: Partial<Settings>): void {
    writeSettings(this.#definition.cloud, settings);
  }

  async create(token: string, inputs: Properties) {
    return await this.#lifecycle.create(this.#step(token), inputs);
  }

  async preview(token: string, inputs: Properties) {
    return await this.#lifecycle.create({ ...this.#step(token), preview: true }, inputs);
  }

  async update(token: string, id: string, inputs: Properties) {
    const { properties = {} } = this.account.get(token, id) ?? {};
    return await this.#lifecycle.update({ ...this.#step(token), id }, properties, inputs);
  }

  async read(token: string, id: string) {
    return await this.#lifecycle.read(this.#step(token), id);
  }

  async remove(token: string, id: string) {
    await this.#lifecycle.remove(this.#step(token), id);
  }

  /** With all that follows from its end. */
  async removeWhole(token: string, id: string) {
    await this.#lifecycle.remove({ ...this.#step(token), type: this.#type(token) }, id);
  }

  async invoke(token: string, inputs: Properties = {}) {
    return await this.#lifecycle.invoke(token, inputs);
  }

  diff(token: string, old: Properties, inputs: Properties) {
    return cloudDiff(this.#type(token), old, inputs);
  }

  check(token: string, inputs: Properties) {
    return this.#type(token).check?.(inputs) ?? [];
  }

  /** Only what works on the account: the rest needs a control plane. */
  #step(token: string) {
    const { replaceOn, outputs, create, update, remove, patience } = this.#type(token);
    const type: ResourceType = {
      ...{ replaceOn, outputs, create },
      ...(update !== undefined && { update }),
      ...(remove !== undefined && { remove }),
      ...(patience !== undefined && { patience }),
    };
    const { signal } = new AbortController();
    return { urn: `urn:pulumi:s::p::${token}::name`, token, type, preview: false, signal };
  }

  #type(token: string): ResourceType {
    const type = this.#definition.types[token];
    if (type === undefined) throw new Error(`no type ${token}`);
    return type;
  }
}
