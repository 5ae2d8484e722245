import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { parse, stringify } from "yaml";

import { type EmbeddedPulumi, prepareEnvironment } from "../../../embedded/pulumi/environment.ts";
import { ensureStack } from "../../../embedded/pulumi/stack.ts";
import { checkout, type CommandResult, type Embedded, runCommand } from "../embedded.ts";
import type { Settings } from "../stack-file.ts";

const plain = ["--yes", "--skip-preview", "--non-interactive", "--color", "never"] as const;

/** ExistingStack is a stack of its own that takes an embedded cluster for one that was made elsewhere. */
export class ExistingStack {
  readonly #pulumi: EmbeddedPulumi;

  private constructor(pulumi: EmbeddedPulumi) {
    this.#pulumi = pulumi;
  }

  /** Makes the stack, with the kubeconfig of the cluster's administrator unless the settings name another. */
  static async make(embedded: Embedded, stack: string, settings: Settings): Promise<ExistingStack> {
    const { toolchain, name } = embedded;
    const pulumi = await prepareEnvironment({ checkout, toolchain, stack });
    await ensureStack(pulumi);
    const made = new ExistingStack(pulumi);
    const kubeconfigFile = embedded.path("kubeconfig");
    made.set({ cluster: { kind: "existing", name: "shared", context: name, kubeconfigFile } });
    made.set({ operator: { chart: "embedded/chart/flux-operator" }, ...settings });
    return made;
  }

  /** Sets settings of the program, without their namespace. */
  set(settings: Settings): void {
    const file = this.#file;
    const document = parse(readFileSync(file, "utf8")) as { config?: object };
    const named = Object.entries(settings).map(([key, value]) => [`flux-bootstrap:${key}`, value]);
    const config: unknown = { ...document.config, ...Object.fromEntries(named) };
    writeFileSync(file, stringify({ ...document, config }));
  }

  up(environment: NodeJS.ProcessEnv = {}): Promise<CommandResult> {
    return this.run(["pulumi", "up", ...plain], environment);
  }

  destroy(environment: NodeJS.ProcessEnv = {}): Promise<CommandResult> {
    return this.run(["pulumi", "destroy", ...plain], environment);
  }

  /** A command line as a person copies it from a message. */
  typed(line: string): Promise<CommandResult> {
    return this.run(["sh", "-c", `${line} ${plain.join(" ")}`]);
  }

  run(
    command: readonly [string, ...string[]],
    environment: NodeJS.ProcessEnv = {},
  ): Promise<CommandResult> {
    return runCommand(this.#pulumi, command, environment);
  }

  /** Forgets the stack, whatever it holds. */
  async forget(): Promise<void> {
    await this.run(["pulumi", "stack", "rm", "--force", "--yes", "--preserve-config"]);
    rmSync(this.#pulumi.project, { recursive: true, force: true });
  }

  get #file(): string {
    const { environment, project, stack } = this.#pulumi;
    return environment["PULUMI_OPTION_CONFIG_FILE"] ?? join(project, `Pulumi.${stack}.yaml`);
  }
}
