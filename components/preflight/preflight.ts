import { LoginError, openReader, type Reader, RefusedError } from "../cluster/reader.ts";
import { stackLabel as stackLabelKey } from "../names.ts";
import { missingRights, rightsProblem } from "./access.ts";
import { type Adopts, adoptsNothing } from "./adopts.ts";
import {
  elsewhereProblem,
  foreignProblem,
  foundIn,
  syncProblem,
  terminatingProblem,
  type WantedSync,
} from "./foreign.ts";
import { type Holder, holderIn, otherStackProblem } from "./holder.ts";
import { type Kubernetes, kubernetesProblems, readKubernetes } from "./kubernetes.ts";
import { credentialProblem, type Login, loginOf, pluginProblem, refusedProblem } from "./login.ts";
import { type Right, rightsOfUp } from "./rights.ts";
import { readable, type Seen } from "./seen.ts";
import { readStanding, type Standing } from "./standing.ts";

/** What Preflight has to know of the program. */
export interface PreflightArgs {
  readonly kubeconfig: string;
  readonly context: string | undefined;
  /** The value of the label `flux-bootstrap.dev/stack` of this stack. */
  readonly stackLabel: string;
  /** Whether what others made may be taken over. */
  readonly adopt: boolean;
  /** The version of Flux that is to run there. */
  readonly fluxVersion: string;
  readonly sync: WantedSync;
  /** The id of the owner from which a person takes the cluster in this run. */
  readonly taken: string | undefined;
  /** What the login has to be allowed. @default what an `up` needs */
  readonly rights?: readonly Right[];
  /** The one command that helps when the API server does not answer. */
  readonly unreachableFix: string;
  /** What helps when it does not accept the login. */
  readonly loginFix: string;
}

/** What Preflight found. */
export interface Preflight {
  readonly server: string;
  /** The UID of namespace kube-system. */
  readonly uid: string;
  /** Undefined where no stack holds the cluster. */
  readonly holder: Holder | undefined;
  readonly adopts: Adopts;
}

/** UnreachableCluster says that no API server answered in time. */
export class UnreachableCluster extends Error {}

/** LoginRefused says that there is no login which the API server accepts. */
export class LoginRefused extends Error {}

const boundMilliseconds = 2_000;

/**
 * preflight reads which cluster this is and what stands in the way, without a write and within two seconds of the login.
 * It throws UnreachableCluster, LoginRefused, or one error that names every problem.
 */
export async function preflight(args: PreflightArgs): Promise<Preflight> {
  const login = loginOf(args.kubeconfig, args.context);
  const absent = pluginProblem(login);
  if (absent !== undefined) throw new LoginRefused(absent);
  const reader = await loggedIn(login, args);
  const view = await answered(look(reader, args), { reader, login, args });
  const problems = problemsOf(view, args);
  if (problems.length > 0) throw new Error(listed(problems, reader.server));
  return {
    server: reader.server,
    uid: view.system?.metadata.uid ?? "",
    holder: holderIn(view.standing.namespace),
    adopts: adoptsOf(view.standing, args),
  };
}

/** All that was read. */
interface View {
  /** The namespace kube-system. */
  readonly system: Seen | undefined;
  readonly standing: Standing;
  readonly kubernetes: Kubernetes;
  readonly missing: readonly Right[];
}

async function look(
  reader: Reader,
  { stackLabel, taken, rights = rightsOfUp }: PreflightArgs,
): Promise<View> {
  const isOwn = ({ metadata }: Seen) =>
    metadata.labels?.[stackLabelKey] === stackLabel && taken === undefined;
  const [system, standing, kubernetes, missing] = await Promise.all([
    readable(reader.get<Seen>("/api/v1/namespaces/kube-system")),
    readStanding(reader, isOwn),
    readKubernetes(reader),
    missingRights(reader, rights),
  ]);
  const lacking = missing.filter((right) => !isMade(right, standing));
  return { system, standing, kubernetes, missing: lacking };
}

/** An administrator may have made the namespace of Flux for whoever may make none. */
function isMade({ verb, resource }: Right, { namespace }: Standing): boolean {
  return verb === "create" && resource === "namespaces" && namespace !== undefined;
}

function problemsOf(
  { system, standing, kubernetes, missing }: View,
  args: PreflightArgs,
): string[] {
  const unknown =
    system === undefined && missing.length === 0
      ? "Namespace/kube-system must be there to tell which cluster this is, got none. Run: kubectl get namespaces"
      : undefined;
  return [
    unknown,
    rightsProblem(missing),
    ...kubernetesProblems(kubernetes, args.fluxVersion),
    ...ownershipProblems(standing, args),
    elsewhereProblem(standing),
  ].filter((problem) => problem !== undefined);
}

function ownershipProblems(standing: Standing, args: PreflightArgs): (string | undefined)[] {
  const ending = terminatingProblem(standing);
  if (ending !== undefined) return [ending];
  const { stackLabel: stack, taken, adopt, sync } = args;
  const holder = holderIn(standing.namespace);
  const held = otherStackProblem(holder, { stack, taken });
  if (held !== undefined) return [held];
  if (holder?.stack === stack && taken === undefined) return [];
  if (adopt || taken !== undefined) return [syncProblem(standing, sync)];
  return [foreignProblem(standing)];
}

/** Of what another stack holds, that is adopted with it which it had found. */
function adoptsOf(standing: Standing, { stackLabel: stack, taken }: PreflightArgs): Adopts {
  const holder = holderIn(standing.namespace);
  if (taken === undefined && holder?.stack === stack) return adoptsNothing;
  const everything = { objects: foundIn(standing), sync: standing.detail?.sync !== undefined };
  return taken === undefined ? everything : (holder?.adopts ?? everything);
}

function listed(problems: readonly string[], server: string): string {
  const [only] = problems;
  if (only !== undefined && problems.length === 1) return only;
  const list = problems.map((problem) => `  - ${problem}`).join("\n");
  return `the cluster at ${server} has ${problems.length} problems:\n${list}`;
}

async function loggedIn(login: Login, args: PreflightArgs): Promise<Reader> {
  try {
    return await openReader(args.kubeconfig, args.context, boundMilliseconds);
  } catch (error) {
    if (!(error instanceof LoginError)) throw error;
    throw new LoginRefused(await credentialProblem(login, error, args.loginFix), { cause: error });
  }
}

interface Asked {
  readonly reader: Reader;
  readonly login: Login;
  readonly args: PreflightArgs;
}

async function answered<T>(answer: Promise<T>, { reader, login, args }: Asked): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof RefusedError && error.code === 401) {
      throw new LoginRefused(refusedProblem(login, reader.server, args.loginFix), { cause: error });
    }
    // A mistake of this program is no silence of the server.
    if (error instanceof RefusedError || error instanceof ReferenceError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnreachableCluster(
      `the API server at ${reader.server} must answer within 2s, got: ${reason}. ${args.unreachableFix}`,
      { cause: error },
    );
  }
}
