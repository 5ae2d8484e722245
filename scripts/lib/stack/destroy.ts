import { Failure } from "../failure.ts";
import { stateOf } from "./pulumi.ts";
import type { StackState } from "./stack-state.ts";
import type { CommandLine, StackTools } from "./tools.ts";

export interface DestroyOptions {
  readonly stack: string;
  /** The name of the stack once more: destroys a protected one. */
  readonly confirm: string | undefined;
  /** Whether nobody needs to be asked. */
  readonly yes: boolean;
}

/**
 * destroyStack lists what is protected, shows what the drain will do and runs `pulumi destroy`. Returns its exit code.
 * The stack stays protected when it fails. Throws a Failure before anything is touched.
 */
export async function destroyStack(tools: StackTools, options: DestroyOptions): Promise<number> {
  const { stack } = options;
  const state = await stateOf(tools, stack);
  if (state.resources === 0) {
    tools.log.line(`stack ${stack} holds nothing`);
    return 0;
  }
  requireUnlocked(tools, state, stack);
  requireConfirmation(tools, state, options);
  await showPlan(tools, state, stack);
  await askFor(tools, options);
  const command = ["pulumi", "destroy", "--stack", stack, "--yes", "--skip-preview"] as const;
  const unprotected = state.protected.length === 0 ? [] : ["--ignore-protect"];
  // Only a refresh drops a Helm release that cannot be reached.
  const refreshed = isSet(tools, "FLUX_BOOTSTRAP_GONE") ? ["--refresh"] : [];
  return tools.run([...command, ...unprotected, ...refreshed]);
}

function requireConfirmation(tools: StackTools, state: StackState, options: DestroyOptions): void {
  const { stack, confirm } = options;
  const isProtected = state.protected.length > 0;
  if (isProtected) tools.log.line(`protected in stack ${stack}: ${state.protected.join(", ")}`);
  if (confirm === stack || (!isProtected && confirm === undefined)) return;
  const got = confirm === undefined ? "nothing" : `"${confirm}"`;
  throw new Failure(
    `--confirm must be the name of the ${isProtected ? "protected " : ""}stack, got ${got}. Nothing was touched`,
    { next: `npm run destroy -- --stack ${stack} --confirm ${stack}` },
  );
}

/** Pulumi can pass over its own protection, and not over that of a cloud: it would stop with the cluster empty. */
function requireUnlocked(tools: StackTools, { lockedInCloud }: StackState, stack: string): void {
  const [name] = lockedInCloud;
  if (name === undefined || isSet(tools, "FLUX_BOOTSTRAP_GONE")) return;
  throw new Failure(
    `cluster ${name} must have no deletion protection in AWS, got one: it would stay, without Flux and nodes. Nothing was touched`,
    { next: `pulumi config set protect false --stack ${stack} && pulumi up --stack ${stack}` },
  );
}

function isSet({ variables }: StackTools, name: string): boolean {
  return (variables[name] ?? "") !== "";
}

const decided = [
  "FLUX_BOOTSTRAP_DESTROY_MODE",
  "FLUX_BOOTSTRAP_GONE",
  "FLUX_BOOTSTRAP_FORCE",
] as const;

/** The exit code of the plan when no cluster answers. */
const unreachable = 3;

/** What a destroy would refuse is refused here, where nothing has begun; a person who decided otherwise is not held up. */
async function showPlan(tools: StackTools, { drain }: StackState, stack: string): Promise<void> {
  const word = decided.find((name) => isSet(tools, name));
  if (word !== undefined) {
    tools.log.line(`${word}=${tools.variables[word] ?? ""}: no plan is made`);
    return;
  }
  if (drain === undefined) {
    tools.log.line(`stack ${stack} has no Drain yet: there is nothing to plan`);
    return;
  }
  const { clusterName, clusterUid, clusterKind, volumes } = drain;
  const plan: CommandLine = ["node", "--disable-warning=ExperimentalWarning", "scripts/fleet.ts"];
  const wanted = ["destroy-plan", "--volumes", volumes, "--cluster-uid", clusterUid];
  const kubeconfig = clusterKind === "embedded" ? undefined : await kubeconfigOf(tools, stack);
  const code = await tools.run([...plan, ...wanted], kubeconfig);
  if (code === 0) return;
  const command = `npm run destroy -- --stack ${stack}`;
  if (code === unreachable) {
    const gone = `FLUX_BOOTSTRAP_GONE=${clusterName} PULUMI_K8S_DELETE_UNREACHABLE=true`;
    throw new Failure(
      `the cluster of stack ${stack} does not answer, which does not mean that it is gone. Nothing was touched. ` +
        `When it is gone for good: ${gone} ${command}`,
      { next: "kubectl cluster-info" },
    );
  }
  throw new Failure(
    `the destroy of stack ${stack} would stop as the plan says. Nothing was touched`,
    {
      next: "npm run destroy:plan",
    },
  );
}

/** The one that the drain will use. */
async function kubeconfigOf(tools: StackTools, stack: string) {
  const { drain } = await stateOf(tools, stack, { secrets: true });
  if (drain?.kubeconfig === undefined) return undefined;
  return { content: drain.kubeconfig, context: drain.context };
}

async function askFor(tools: StackTools, { stack, confirm, yes }: DestroyOptions): Promise<void> {
  if (yes || confirm === stack) return;
  if (tools.ask === undefined) {
    throw new Failure("--yes must be given where there is no terminal. Nothing was touched", {
      next: `npm run destroy -- --stack ${stack} --yes`,
    });
  }
  const answer = await tools.ask(`Destroy stack ${stack}? Type its name: `);
  if (answer.trim() === stack) return;
  throw new Failure(`the answer must be ${stack}. Nothing was touched`);
}
