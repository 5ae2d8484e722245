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
  readonly cluster: ScriptCluster;
  /** Runs when the resource is made or replaced. */
  readonly create: Program;
  /** Runs at destroy. @default nothing */
  readonly delete?: Program;
  /** Inputs besides those of the cluster. A change of them alone runs nothing. */
  readonly environment?: Readonly<Record<string, pulumi.Input<string>>>;
  /** A change of these runs `create` again, and then the old `delete`. */
  readonly triggers?: readonly pulumi.Input<string>[];
}

/** A new input is recorded and the last result kept: a rotated token runs nothing again. */
const keep: Program = "scripts/keep.ts";

/** Script runs one program of the project as a resource, and is the only place that makes a Command. */
export class Script<Result> extends pulumi.ComponentResource {
  /** The document that the program printed, which holds no secret. */
  readonly result: pulumi.Output<Result>;

  constructor(name: string, args: ScriptArgs, opts: pulumi.ComponentResourceOptions) {
    super("flux-bootstrap:script:Script", name, {}, opts);
    const command = new Command(`${name}-command`, commandArgs(args), {
      parent: this,
      additionalSecretOutputs: ["stdout", "stderr"],
    });
    this.result = resultOf<Result>(command.stdout);
    this.registerOutputs({ result: this.result });
  }
}
