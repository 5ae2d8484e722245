import { Command, type CommandArgs } from "@pulumi/command/local/command.js";
import * as pulumi from "@pulumi/pulumi";

import { fluxNamespace } from "./names.ts";

/** The programs that components run, relative to the project. */
export type Program = `scripts/${string}.ts`;

/** ScriptCluster is what a script has to know of the cluster it works on. */
export interface ScriptCluster {
  /** Secret. */
  readonly kubeconfig: pulumi.Input<string>;
  readonly context: string | undefined;
  /** The recorded UID; undefined for the script that records it. */
  readonly identity?: pulumi.Input<string>;
}

export interface ScriptArgs {
  /** @default none: the script does without one */
  readonly cluster?: ScriptCluster;
  /** Runs when the resource is made or replaced. */
  readonly create: Program;
  /** Runs when an input is another. @default what keeps the last result */
  readonly update?: Program;
  /** Runs at destroy. @default nothing */
  readonly delete?: Program;
  /** Inputs besides those of the cluster. A change of them alone runs `update`. */
  readonly environment?: Readonly<Record<string, pulumi.Input<string>>>;
  /** A change of these runs `create` again, and then the old `delete`. */
  readonly triggers?: readonly pulumi.Input<string>[];
}

/** ScriptRun is a program of the project that runs as a resource. */
export interface ScriptRun<Result> {
  readonly resource: pulumi.Resource;
  /** The document that the program printed, which holds no secret. */
  readonly result: pulumi.Output<Result>;
}

/** A new input is recorded and the last result kept: a rotated token runs nothing again. */
const keep: Program = "scripts/keep.ts";

/**
 * script runs one program of the project as a resource; nothing else makes a Command. The command is the same in every
 * clone, its inputs travel by environment, its progress is shown and its result is the one document on its stdout.
 */
export function script<Result>(
  name: string,
  args: ScriptArgs,
  opts: pulumi.CustomResourceOptions,
): ScriptRun<Result> {
  const command = new Command(name, commandArgs(args), {
    ...opts,
    additionalSecretOutputs: ["stdout", "stderr"],
  });
  // Every output of a Command with a secret input is secret, the program's own redacted document too.
  const result = pulumi.unsecret(command.stdout).apply((text) => JSON.parse(text) as Result);
  return { resource: command, result };
}

function commandArgs({ cluster, environment, triggers, ...args }: ScriptArgs): CommandArgs {
  return {
    interpreter: ["node", "--disable-warning=ExperimentalWarning"],
    create: args.create,
    update: args.update ?? keep,
    ...(args.delete !== undefined && { delete: args.delete }),
    environment: {
      ...(cluster !== undefined && clusterVariables(cluster)),
      ...environment,
    },
    // `keep` prints what it finds there.
    addPreviousOutputInEnv: true,
    logging: "stderr",
    ...(triggers !== undefined && { triggers: [...triggers] }),
  };
}

function clusterVariables({ kubeconfig, context, identity }: ScriptCluster) {
  return {
    KUBECONFIG_CONTENT: pulumi.secret(kubeconfig),
    ...(context !== undefined && { KUBECONFIG_CONTEXT: context }),
    ...(identity !== undefined && { CLUSTER_UID: identity }),
    FLUX_NAMESPACE: fluxNamespace,
  };
}
