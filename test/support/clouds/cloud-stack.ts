import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

import { parse, stringify } from "yaml";

import { accountDirectory, type CloudName } from "../../../embedded/clouds/account.ts";
import { deleteControlPlane } from "../../../embedded/clouds/cluster-host.ts";
import { installCloud } from "../../../embedded/clouds/install.ts";
import { stateHome } from "../../../embedded/home.ts";
import { type EmbeddedPulumi, prepareEnvironment } from "../../../embedded/pulumi/environment.ts";
import { endOrphanedPlugins } from "../../../embedded/pulumi/orphans.ts";
import { ensureStack } from "../../../embedded/pulumi/stack.ts";
import { ensureToolchain } from "../../../embedded/toolchain/build.ts";
import { createLog } from "../../../scripts/lib/log.ts";
import { checkout, type CommandResult, runCommand } from "../embedded.ts";
import type { Settings } from "../stack-file.ts";

const plain = ["--non-interactive", "--color", "never"] as const;

interface Made {
  readonly cloud: CloudName;
  readonly cluster: string;
  readonly pulumi: EmbeddedPulumi;
  readonly tools: string;
}

/** CloudStack is a stack of the whole program on the stand-in of a cloud, with the stub of its tool on the PATH. */
export class CloudStack {
  readonly #cloud: CloudName;
  readonly #cluster: string;
  readonly #pulumi: EmbeddedPulumi;
  readonly #tools: string;

  private constructor(made: Made) {
    this.#cloud = made.cloud;
    this.#cluster = made.cluster;
    this.#pulumi = made.pulumi;
    this.#tools = made.tools;
  }

  /** The cluster is the name of the only one that the stack makes. */
  static async make(
    { cloud, stack, cluster }: { cloud: CloudName; stack: string; cluster: string },
    settings: Settings,
  ): Promise<CloudStack> {
    const toolchain = await ensureToolchain({ log: createLog(() => undefined) });
    const pulumi = await prepareEnvironment({ checkout, toolchain, stack });
    const tools = join(stateHome(), "cloud-tools");
    const plugins = join(stateHome(), "pulumi", "plugins");
    await installCloud(cloud, { plugins, tools, node: process.execPath });
    await ensureStack(pulumi);
    const made = new CloudStack({ cloud, cluster, pulumi, tools });
    made.set({ operator: { chart: "embedded/chart/flux-operator" }, ...settings });
    return made;
  }

  /** Sets settings of the program, without their namespace; undefined removes one. */
  set(settings: Settings): void {
    const file = this.#pulumi.environment["PULUMI_OPTION_CONFIG_FILE"] ?? "";
    const document = parse(readFileSync(file, "utf8")) as { config?: object };
    const named = Object.entries(settings).map(([key, value]) => [`flux-bootstrap:${key}`, value]);
    const config: unknown = { ...document.config, ...Object.fromEntries(named) };
    writeFileSync(file, stringify({ ...document, config }));
  }

  preview(...more: readonly string[]): Promise<CommandResult> {
    return this.run(["pulumi", "preview", ...plain, ...more]);
  }

  up(...more: readonly string[]): Promise<CommandResult> {
    return this.run(["pulumi", "up", "--yes", "--skip-preview", ...plain, ...more]);
  }

  destroy(environment: NodeJS.ProcessEnv = {}): Promise<CommandResult> {
    return this.run(["pulumi", "destroy", "--yes", "--skip-preview", ...plain], environment);
  }

  /** Leaves nothing of the stack, of the account and of the control plane, in whatever state a test left them. */
  async close(): Promise<void> {
    await endOrphanedPlugins();
    await deleteControlPlane(this.#cluster);
    rmSync(accountDirectory(this.#cloud), { recursive: true, force: true });
    await this.run(["pulumi", "stack", "rm", "--force", "--yes", ...plain]);
  }

  /** The URN of the only resource of that type. */
  async urnOf(type: string): Promise<string> {
    const { stdout } = await this.run(["pulumi", "stack", "export", ...plain]);
    const { deployment } = JSON.parse(stdout) as {
      readonly deployment: { readonly resources: readonly { type: string; urn: string }[] };
    };
    const found = deployment.resources.find((resource) => resource.type === type);
    if (found === undefined) throw new Error(`the stack has no ${type}`);
    return found.urn;
  }

  run(
    command: readonly [string, ...string[]],
    environment: NodeJS.ProcessEnv = {},
  ): Promise<CommandResult> {
    const path = [this.#tools, this.#pulumi.environment["PATH"]].join(delimiter);
    return runCommand(this.#pulumi, command, { PATH: path, ...environment });
  }
}
