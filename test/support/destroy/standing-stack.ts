import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";

import { layoutOf } from "../../../embedded/cluster/layout.ts";
import { FluxInstance } from "../../../scripts/lib/kinds.ts";
import type { KubernetesObject } from "../../../scripts/lib/object.ts";
import { type CommandResult, Embedded } from "../embedded.ts";
import { type Settings, withSettings } from "../stack-file.ts";
import { type Steps, stepsOf } from "../steps.ts";

const flux = { resource: FluxInstance, name: "flux", namespace: "flux-system" };
/** Nothing of its repository is waited for. */
export const lean = { postBootstrap: { required: "none" } };

type Instance = KubernetesObject<{ readonly sync?: object }>;

interface Resource {
  readonly urn: string;
}

/** A stack that is up, and that nothing but a destroy is to empty. */
export class StandingStack {
  readonly embedded: Embedded;
  #uid: string | undefined;

  private constructor(embedded: Embedded) {
    this.embedded = embedded;
  }

  /** What an earlier test drained is no concern of it. */
  static async start(): Promise<StandingStack> {
    const stack = new StandingStack(await Embedded.start());
    const { code, output } = await stack.up();
    assert.equal(code, 0, output);
    stack.#uid = (await stack.embedded.cluster.get<Instance>(flux))?.metadata.uid;
    writeFileSync(layoutOf(stack.embedded.name).audit, "");
    return stack;
  }

  async up(settings: Settings = {}, ...more: string[]): Promise<CommandResult> {
    return withSettings(this.embedded, { ...lean, ...settings }, () =>
      this.embedded.pulumi(["up", "--yes", "--skip-preview", ...more]),
    );
  }

  async preview(settings: Settings = {}, ...more: string[]): Promise<Steps> {
    return stepsOf(
      await withSettings(this.embedded, { ...lean, ...settings }, () =>
        this.embedded.run(["pulumi", "preview", "--json", "--non-interactive", ...more]),
      ),
    );
  }

  async resources(): Promise<readonly Resource[]> {
    const { stdout } = await this.embedded.run(["pulumi", "stack", "export"]);
    const { deployment } = JSON.parse(stdout) as { deployment: { resources: Resource[] } };
    return deployment.resources;
  }

  async urnOf(name: string): Promise<string> {
    const found = (await this.resources()).find(({ urn }) => urn.endsWith(`::${name}`));
    assert.ok(found, name);
    return found.urn;
  }

  /** The FluxInstance is the one of the first `up`, with its sync, and no drain wrote anything. */
  async assertUntouched(): Promise<void> {
    const instance = await this.embedded.cluster.get<Instance>(flux);
    assert.equal(instance?.metadata.uid, this.#uid);
    assert.ok(instance?.spec?.sync);
    const writes = this.embedded
      .audit()
      .filter(({ userAgent = "" }) => userAgent.startsWith("flux-bootstrap/drain"))
      .map(({ verb, objectRef }) => `${verb} ${objectRef?.resource ?? ""}`);
    assert.deepEqual(writes, []);
  }
}
