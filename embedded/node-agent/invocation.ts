import { join } from "node:path";

import type { Container, EnvironmentVariable, Pod } from "./pod.ts";
import type { Program } from "./programs.ts";

/** Where things of one container are on this machine. */
export interface Placement {
  /** The loopback port that stands for each container port. */
  readonly ports: Readonly<Record<number, number>>;
  /** Directory that holds a directory for each emptyDir volume. */
  readonly volumes: string;
  /** The toolchain's copy of the directory that the operator's image carries as /data. */
  readonly operatorData: string;
}

export interface Invocation {
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * invocationOf is how a container's program is started: the arguments of its Deployment unchanged, followed by the
 * addresses to listen on and directories that differ because the pod has no network and no file system of its own (a flag that
 * is given twice takes its last value).
 */
export function invocationOf(
  pod: Pod,
  container: Container,
  program: Program,
  placement: Placement,
): Invocation {
  const environment = environmentOf(pod, container, program);
  const own = (container.args ?? []).map((argument) => expand(argument, environment));
  return {
    arguments: [
      ...own,
      ...listenFlags(program, placement),
      ...nodeFlags(pod, program, placement),
      ...directoryFlags(container, program, placement),
    ],
    environment: {
      ...program.environment,
      ...environment,
      TMPDIR: volumeDirectory(container, "/tmp", placement),
    },
  };
}

function listenFlags({ listen }: Program, { ports }: Placement): string[] {
  return Object.entries(listen).map(
    ([port, flag]) => `${flag}=127.0.0.1:${ports[Number(port)] ?? 0}`,
  );
}

/** On the network of its node a pod is found where it listens: here that is another port than the pod says. */
function nodeFlags(pod: Pod, { binary }: Program, { ports }: Placement): string[] {
  if (pod.spec?.hostNetwork !== true || binary !== "source-controller") return [];
  return [`--storage-adv-addr=${nodeAddress}:${ports[9090] ?? 0}`];
}

function directoryFlags(container: Container, program: Program, placement: Placement): string[] {
  switch (program.binary) {
    case "source-controller":
      return [`--storage-path=${volumeDirectory(container, "/data", placement)}`];
    case "flux-operator":
      // The web server takes a port only and would listen beyond loopback.
      return [`--storage-path=${placement.operatorData}`, "--web-server-port=0"];
    default:
      return [];
  }
}

function volumeDirectory(container: Container, mountPath: string, { volumes }: Placement): string {
  const mount = container.volumeMounts?.find((candidate) => candidate.mountPath === mountPath);
  return join(volumes, mount?.name ?? "tmp");
}

/** What a container finds of the API server when it is told nothing else. */
const inCluster = new Set(["KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"]);

function environmentOf(
  pod: Pod,
  container: Container,
  { byKubeconfig = false }: Program,
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const variable of container.env ?? []) {
    if (byKubeconfig && inCluster.has(variable.name)) continue;
    const value = valueOf(pod, container, variable);
    if (value !== undefined) environment[variable.name] = expand(value, environment);
  }
  return environment;
}

function valueOf(
  pod: Pod,
  container: Container,
  variable: EnvironmentVariable,
): string | undefined {
  const { fieldRef, resourceFieldRef } = variable.valueFrom ?? {};
  if (fieldRef !== undefined) return fieldOf(pod, fieldRef.fieldPath);
  if (resourceFieldRef !== undefined) return limitOf(container, resourceFieldRef.resource);
  return variable.value ?? "";
}

/** All nodes are this machine. */
const nodeAddress = "127.0.0.1";

function fieldOf(pod: Pod, path: string): string | undefined {
  const fields: Record<string, string | undefined> = {
    "metadata.name": pod.metadata.name,
    "metadata.namespace": pod.metadata.namespace,
    "metadata.uid": pod.metadata.uid,
    "spec.nodeName": pod.spec?.nodeName,
    "spec.serviceAccountName": pod.spec?.serviceAccountName,
    "status.hostIP": nodeAddress,
  };
  return fields[path];
}

const units: Readonly<Record<string, number>> = {
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
};

/** A limit in bytes or whole processors, rounded up, as the kubelet hands it to a container. */
function limitOf(container: Container, resource: string): string | undefined {
  const quantity = container.resources?.limits?.[resource.replace("limits.", "")];
  const match = /^([0-9.]+)([a-zA-Z]*)$/.exec(quantity ?? "");
  const unit = units[match?.[2] ?? ""];
  if (match === null || unit === undefined) return undefined;
  return String(Math.ceil(Number(match[1]) * unit));
}

/** `$(NAME)` as Kubernetes expands it: a name that is not defined stays as it is. */
function expand(text: string, environment: Readonly<Record<string, string>>): string {
  return text.replace(
    /\$\(([A-Za-z_][A-Za-z0-9_]*)\)/g,
    (all, name: string) => environment[name] ?? all,
  );
}
