import { type Connection, readConnection } from "../connection.ts";
import type { Environment } from "../environment.ts";
import { type AdoptsDocument, parseAdopts } from "../owner.ts";
import type { Redactor } from "../redact.ts";
import type { PrivateKubeconfig } from "../restore/command-run.ts";
import { type DestroyMode, destroyModes } from "./decision.ts";
import { drainIdOf } from "./drain-id.ts";
import { type DrainHook, parseHooks } from "./hooks.ts";

export interface DrainOptions {
  readonly connection: Connection;
  readonly mode: DestroyMode;
  readonly force: boolean;
  readonly timeoutMilliseconds: number;
  /** How long a controller may take to answer. @default 45 seconds, more than a lease that changes hands takes */
  readonly canaryMilliseconds?: number;
  /** How long a controller gets, forced, to let go of what it need not remove. @default 15 seconds */
  readonly graceMilliseconds?: number;
  /** How long what applies Flux objects may take to stop, a level. @default five minutes */
  readonly freezeMilliseconds?: number;
  /** What becomes of the volumes of what is removed. */
  readonly volumes: "delete" | "keep";
  /** Run before anything is touched. */
  readonly hooks: readonly DrainHook[];
  /** For the hooks. */
  readonly kubeconfig: PrivateKubeconfig;
  /** As the stack calls it; undefined for a stack of before names were recorded. */
  readonly clusterName: string | undefined;
  /** `embedded`, `existing` or that of a cloud. */
  readonly clusterKind: string;
  /** Where the report goes, relative to the working directory; nowhere without it. */
  readonly reportDirectory: string | undefined;
  /** The person's word that the cluster is gone for good. */
  readonly gone: boolean;
  /** The id of the owner that the stack is; undefined for a stack that recorded none. */
  readonly owner?: string;
  /** What was there before the stack, and stays. */
  readonly adopts?: AdoptsDocument;
  /** Which Drain of the stack this is; undefined: there is no stack. */
  readonly drainId?: string;
}

/**
 * readDrain reads what the program passes (DRAIN_TIMEOUT, DRAIN_VOLUMES, DRAIN_HOOKS, CLUSTER_NAME, CLUSTER_KIND,
 * REPORT_DIRECTORY, CLUSTER_OWNER, ADOPTS) and what a person decides at destroy time: FLUX_BOOTSTRAP_DESTROY_MODE, FLUX_BOOTSTRAP_FORCE and
 * FLUX_BOOTSTRAP_GONE. Throws InputError.
 */
export function readDrain(environment: Environment, redactor: Redactor): DrainOptions {
  const program = { program: "drain", uid: "CLUSTER_UID" };
  const connection = readConnection(environment, redactor, program);
  const mode = environment.choice("FLUX_BOOTSTRAP_DESTROY_MODE", destroyModes, "drain");
  const force = environment.choice("FLUX_BOOTSTRAP_FORCE", ["0", "1"], "0") === "1";
  const timeoutMilliseconds = environment.duration("DRAIN_TIMEOUT", "10m");
  const volumes = environment.choice("DRAIN_VOLUMES", ["keep", "delete"], "keep");
  const owner = environment.optional("CLUSTER_OWNER");
  const adopts = environment.json("ADOPTS", parseAdopts);
  const options = {
    ...(owner !== undefined && { owner }),
    ...(adopts !== undefined && { adopts }),
    ...{ connection, mode, force, timeoutMilliseconds, volumes },
    hooks: environment.json("DRAIN_HOOKS", parseHooks) ?? [],
    kubeconfig: {
      content: environment.optional("KUBECONFIG_CONTENT") ?? "",
      context: environment.optional("KUBECONFIG_CONTEXT"),
    },
    clusterName: environment.optional("CLUSTER_NAME"),
    clusterKind: environment.optional("CLUSTER_KIND") ?? "existing",
    reportDirectory: environment.optional("REPORT_DIRECTORY"),
    gone: readGone(environment),
    drainId: drainIdOf(environment.optional("PULUMI_COMMAND_STDOUT")),
  };
  environment.check();
  return options;
}

/** The word counts only for the cluster of this stack: said by name, it cannot slip from one stack to another. */
function readGone(environment: Environment): boolean {
  const gone = environment.optional("FLUX_BOOTSTRAP_GONE");
  if (gone === undefined) return false;
  const name = environment.optional("CLUSTER_NAME");
  if (gone === name) return true;
  environment.problem(
    name === undefined
      ? `FLUX_BOOTSTRAP_GONE must name the cluster of this stack, which recorded none, got "${gone}". ` +
          "Set FLUX_BOOTSTRAP_DESTROY_MODE=skip instead."
      : `FLUX_BOOTSTRAP_GONE must name the cluster of this stack, "${name}", got "${gone}". ` +
          "Leave it out unless that cluster is gone for good.",
  );
  return false;
}
