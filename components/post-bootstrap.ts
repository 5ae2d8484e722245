import * as pulumi from "@pulumi/pulumi";

import type { Cluster } from "./cluster/contract.ts";
import { podFixVariables } from "./config/pod-fixes.ts";
import type { RestoreConfig } from "./config/restore.ts";
import type { PostBootstrapConfig } from "./config/types.ts";
import { digest } from "./digest.ts";
import type { FluxSyncSpec } from "./flux/api.ts";
import type { ReconcileGate } from "./flux/gate.ts";
import { script } from "./script.ts";

export interface PostBootstrapArgs extends PostBootstrapConfig {
  readonly cluster: Cluster;
  readonly sync: FluxSyncSpec;
  readonly gate: Pick<ReconcileGate, "result" | "occasion">;
  /** Undefined when no data is to be brought back. */
  readonly restore: RestoreConfig | undefined;
  /** Where the report goes, relative to the project. */
  readonly reportDirectory: string;
}

/** What PostBootstrap prints. The report itself is a file. */
export interface PostBootstrapResult {
  readonly ready: number;
  readonly required: number;
  readonly failed: number;
  readonly report: string;
}

/**
 * PostBootstrap is true when everything required is Ready, and fails with a report of what is not and why. What is stuck
 * on the way is repaired where `repair` allows it, with as few writes as it takes. It looks again when the cluster, the gate's proof, the sync or what is required is another.
 */
export class PostBootstrap extends pulumi.ComponentResource {
  readonly result: pulumi.Output<PostBootstrapResult>;

  constructor(name: string, args: PostBootstrapArgs, opts: pulumi.ComponentResourceOptions) {
    super("flux-bootstrap:post-bootstrap:PostBootstrap", name, {}, opts);
    const { cluster, sync, gate, required, expectKustomizations } = args;
    const { result } = script<PostBootstrapResult>(
      `${name}-script`,
      {
        cluster,
        create: "scripts/post-bootstrap.ts",
        environment: {
          REQUIRED: typeof required === "string" ? required : JSON.stringify(required),
          EXPECT_KUSTOMIZATIONS: JSON.stringify(expectKustomizations),
          POST_BOOTSTRAP_TIMEOUT: args.timeout,
          REPAIR: String(args.repair),
          ...podFixVariables(args.autoFixPods),
          ...(args.restore && { RESTORE: JSON.stringify(args.restore) }),
          REPORT_DIRECTORY: args.reportDirectory,
          GATE_RESULT: gate.result.apply((answers) => JSON.stringify(answers)),
        },
        triggers: [gate.occasion, digest(sync), digest([required, expectKustomizations])],
      },
      { parent: this },
    );
    this.result = result;
    this.registerOutputs({ result });
  }
}
