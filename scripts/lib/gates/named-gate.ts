import { UnreachableError } from "../api-server.ts";
import type { Cluster } from "../cluster.ts";
import { Failure } from "../failure.ts";
import type { Resource } from "../kinds.ts";
import type { Log } from "../log.ts";
import {
  describeCondition,
  earlierGeneration,
  findCondition,
  type KubernetesObject,
} from "../object.ts";
import { waitFor, type Waiting } from "../wait.ts";
import { fieldOf, textOf } from "./field.ts";
import { servedResource } from "./served-resource.ts";

/** NamedGate says what has to be true of one object, whoever makes it so. */
export interface NamedGate {
  readonly name: string;
  readonly object: {
    readonly apiVersion: string;
    readonly kind: string;
    /** Undefined for what is not namespaced. */
    readonly namespace?: string;
    readonly name: string;
  };
  readonly wanted: Wanted;
}

/** A condition with its status, a field with its value, or nothing: then the object only has to be there. */
export interface Wanted {
  readonly condition?: string;
  readonly status?: string;
  readonly field?: string;
  readonly equals?: string;
}

/** What a gate prints. */
export interface NamedGateResult {
  readonly gate: string;
  readonly seconds: number;
}

interface Context {
  readonly timeoutMilliseconds: number;
  readonly log: Log;
  readonly signal: AbortSignal;
}

const retryMilliseconds = 1_000;

/** awaitGate resolves when the gate is open. Rejects after the time-out with the last state and one next command. */
export async function awaitGate(
  cluster: Cluster,
  gate: NamedGate,
  context: Context,
): Promise<NamedGateResult> {
  const started = Date.now();
  const wait = { what: describeGate(gate), next: nextCommand(gate), ...context };
  await waitFor<undefined>(wait, (waiting) => {
    whenServed(cluster, gate, waiting, (resource) => {
      const problem = placeProblem(gate, resource);
      if (problem === undefined) follow(cluster, { gate, resource }, waiting);
      else waiting.reject(problem);
    });
  });
  return { gate: gate.name, seconds: (Date.now() - started) / 1000 };
}

/** gateState is undefined when the gate is open, else what a person has to know. */
export function gateState(
  { object: { kind }, wanted }: NamedGate,
  object: KubernetesObject | undefined,
): string | undefined {
  if (object === undefined) return "NotFound";
  if (wanted.condition !== undefined) return conditionState(object, wanted);
  if (wanted.field === undefined) return undefined;
  const value = fieldOf(object, wanted.field);
  if (value === undefined) return `${wanted.field} is not set`;
  if (textOf(value) === wanted.equals) return undefined;
  // What is in a Secret reaches no log.
  return `${wanted.field} is ${kind === "Secret" ? "another" : textOf(value)}`;
}

/** A condition of an earlier generation says nothing about this one. */
function conditionState(object: KubernetesObject, { condition = "", status }: Wanted) {
  const found = findCondition(object, condition);
  const described = describeCondition(object, condition);
  if (found === undefined || found.status !== status) return described;
  const observed = earlierGeneration(found, object);
  if (observed === undefined) return undefined;
  return `${described} of generation ${observed}, not of ${object.metadata.generation ?? 0}`;
}

/** describeGate is such as `gate secrets-ready: ClusterSecretStore/vault (Ready=True)`. */
function describeGate({ name, object, wanted }: NamedGate): string {
  const { condition, status = "", field, equals = "" } = wanted;
  const label = [object.kind, object.namespace, object.name].filter(Boolean).join("/");
  const state =
    condition === undefined
      ? field === undefined
        ? "exists"
        : `${field}=${equals}`
      : `${condition}=${status}`;
  return `gate ${name}: ${label} (${state})`;
}

function nextCommand({ object: { apiVersion, kind, namespace, name } }: NamedGate): string {
  const [group] = apiVersion.includes("/") ? apiVersion.split("/") : [];
  const resource = [kind.toLowerCase(), group].filter(Boolean).join(".");
  const place = namespace === undefined ? "" : ` -n ${namespace}`;
  return `kubectl${place} describe ${resource} ${name}`;
}

function placeProblem({ name, object }: NamedGate, { namespaced }: Resource): Failure | undefined {
  if (namespaced === (object.namespace !== undefined)) return undefined;
  const must = namespaced ? "name its namespace" : "name no namespace";
  return new Failure(
    `the object of gate ${name} must ${must}, since a ${object.kind} ${namespaced ? "has" : "is in"} ` +
      `${namespaced ? "one" : "none"}, got ${object.namespace ?? "none"}`,
    { next: "pulumi config get gates" },
  );
}

/** Nothing announces that a kind comes to be served, by a CRD or by another server: ask until it is. */
function whenServed(
  cluster: Cluster,
  { object }: NamedGate,
  { signal, state, reject }: Waiting<undefined>,
  then: (resource: Resource) => void,
): void {
  const { apiVersion, kind } = object;
  const ask = async () => {
    const resource = await servedResource(cluster, object).catch((error: unknown) => {
      if (!(error instanceof UnreachableError)) throw error;
      return undefined;
    });
    if (signal.aborted) return;
    if (resource !== undefined) {
      then(resource);
      return;
    }
    state(`the API server does not serve ${kind} of ${apiVersion}`);
    setTimeout(again, retryMilliseconds);
  };
  const again = () => {
    if (!signal.aborted) ask().catch(reject);
  };
  again();
}

function follow(
  cluster: Cluster,
  { gate, resource }: { readonly gate: NamedGate; readonly resource: Resource },
  { signal, state, resolve }: Waiting<undefined>,
): void {
  const { name, namespace } = gate.object;
  const judge = (object: KubernetesObject | undefined) => {
    const missing = gateState(gate, object);
    if (missing === undefined) resolve(undefined);
    else state(missing);
  };
  judge(undefined);
  const options = {
    name,
    ...(namespace !== undefined && { namespace }),
    signal,
    lost: (error: Error) => {
      state(error.message);
    },
  };
  const gone = () => {
    judge(undefined);
  };
  cluster.follow(resource, options, { seen: judge, gone });
}
