import { randomBytes } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { delimiter, dirname, join } from "node:path";

import { syncCrds } from "../chart/crds.ts";
import { layoutOf } from "../cluster/layout.ts";
import { writeAtomically } from "../cluster/record.ts";
import { installCommandPlugin } from "../command-plugin/install.ts";
import { rareCollection } from "../garbage-collection.ts";
import { stateHome } from "../home.ts";
import type { Toolchain } from "../toolchain/build.ts";
import { mergeStackConfig } from "./stack-config.ts";

/** EmbeddedPulumi is where Pulumi of the embedded environment keeps what is its own, outside of every checkout. */
export interface EmbeddedPulumi {
  readonly checkout: string;
  readonly stack: string;
  /** Directory with a copy of the project file and the stack file that Pulumi works with. */
  readonly project: string;
  readonly environment: NodeJS.ProcessEnv;
}

export interface EnvironmentOptions {
  readonly checkout: string;
  readonly toolchain: Toolchain;
  /** The stack, which is also the name of the cluster. */
  readonly stack: string;
}

/**
 * prepareEnvironment leaves a PULUMI_HOME with the plugins, a file backend, a passphrase and a stack file, all below the
 * state home and private to the user, and returns the environment in which plain `pulumi`, `kubectl` and `helm` work
 * on the embedded cluster. Nothing of it is the user's own Pulumi.
 */
export async function prepareEnvironment(options: EnvironmentOptions): Promise<EmbeddedPulumi> {
  const { checkout, toolchain, stack } = options;
  const home = join(stateHome(), "pulumi");
  const plugins = join(home, "plugins");
  const backend = join(stateHome(), "state");
  const project = join(stateHome(), "stacks", stack);
  for (const directory of [plugins, backend, project]) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }
  installPlugins(toolchain.pulumiPlugins, plugins);
  await installCommandPlugin(plugins, process.execPath);
  await syncCrds({
    crds: join(toolchain.operator, "config", "crd", "bases"),
    chart: join(checkout, "embedded", "chart", "flux-operator"),
  });
  const passphrase = join(stateHome(), "passphrase");
  if (!existsSync(passphrase)) writeAtomically(passphrase, randomBytes(24).toString("hex"));
  const stackFile = writeProject(checkout, project, stack);
  return {
    checkout,
    stack,
    project,
    environment: {
      ...rareCollection(),
      ...withoutPulumi(process.env),
      PATH: [toolchain.bin, dirname(process.execPath), process.env["PATH"]].join(delimiter),
      PULUMI_HOME: home,
      // A Pulumi that is killed while it writes the file beside a stack's state would leave a stack that nothing can load.
      PULUMI_BACKEND_URL: `file://${backend}?metadata=skip`,
      PULUMI_CONFIG_PASSPHRASE_FILE: passphrase,
      PULUMI_STACK: stack,
      // Pulumi keeps the salt of a stack in its file; this one is not the checkout's.
      PULUMI_OPTION_CONFIG_FILE: stackFile,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_DISABLE_REGISTRY_RESOLVE: "true",
      // Loading the SDK and the Kubernetes client costs more than all that the programs do.
      NODE_COMPILE_CACHE: join(stateHome(), "node-compile-cache"),
      FLUX_BOOTSTRAP_HOME: stateHome(),
      FLUX_BOOTSTRAP_STAND_INS: "allowed",
      KUBECONFIG: layoutOf(stack).kubeconfig,
      ...helmDirectories(),
    },
  };
}

/** A binary of hundreds of megabytes is linked, and copied only across file systems. */
function installPlugins(from: string, to: string): void {
  for (const plugin of readdirSync(from)) {
    mkdirSync(join(to, plugin), { recursive: true });
    for (const file of readdirSync(join(from, plugin))) {
      place(join(from, plugin, file), join(to, plugin, file));
    }
  }
}

function place(source: string, target: string): void {
  if (existsSync(target) && statSync(target).size === statSync(source).size) return;
  rmSync(target, { force: true });
  try {
    linkSync(source, target);
  } catch {
    copyFileSync(source, target);
  }
}

function writeProject(checkout: string, project: string, stack: string): string {
  const file = `Pulumi.${stack}.yaml`;
  const madeFrom = join(project, `${file}.from`);
  const content = readText(join(checkout, file));
  const merged = mergeStackConfig(content, readText(join(project, file)), readText(madeFrom));
  writeAtomically(join(project, "Pulumi.yaml"), readText(join(checkout, "Pulumi.yaml")));
  writeAtomically(join(project, file), merged);
  writeAtomically(madeFrom, content);
  return join(project, file);
}

function readText(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

function helmDirectories(): NodeJS.ProcessEnv {
  const root = join(stateHome(), "helm");
  return {
    HELM_CACHE_HOME: join(root, "cache"),
    HELM_CONFIG_HOME: join(root, "config"),
    HELM_DATA_HOME: join(root, "data"),
  };
}

/** The user's own Pulumi (login, token, passphrase, stack) must not leak into this environment. */
function withoutPulumi(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !name.startsWith("PULUMI_")),
  );
}
