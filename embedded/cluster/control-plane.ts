import { join } from "node:path";

import { stringify } from "yaml";

import {
  apiServerCertificate,
  kubeconfigFile,
  serviceAccountKey,
  tokenFile,
  type User,
} from "./credentials.ts";
import type { Layout } from "./layout.ts";
import type { ProcessSpec } from "./process.ts";
import { type Ports, writeAtomically } from "./record.ts";

const loopback = "127.0.0.1";

/** What the programs of one cluster are started with. */
export interface ProgramContext {
  readonly layout: Layout;
  readonly ports: Ports;
  /** Directory with the executables of the toolchain. */
  readonly bin: string;
}

/** etcd without fsync: the data of an embedded cluster survives a crash of a process, not of the machine. */
export function etcd(context: ProgramContext): ProcessSpec {
  const { layout, ports } = context;
  const client = `http://${loopback}:${ports.etcd}`;
  const peer = `http://${loopback}:${ports.etcdPeer}`;
  return program(context, "etcd", {
    name: "embedded",
    "data-dir": layout.etcd,
    "listen-client-urls": client,
    "advertise-client-urls": client,
    "listen-peer-urls": peer,
    "initial-advertise-peer-urls": peer,
    "initial-cluster": `embedded=${peer}`,
    "unsafe-no-fsync": "true",
    "log-level": "warn",
  });
}

/** The API server, with every write in its audit log. It signs its own certificate. */
export function apiServer(context: ProgramContext): ProcessSpec {
  const { layout, ports } = context;
  return program(context, "kube-apiserver", {
    "etcd-servers": `http://${loopback}:${ports.etcd}`,
    "bind-address": loopback,
    "advertise-address": loopback,
    "secure-port": String(ports.apiServer),
    "cert-dir": layout.certificates,
    "endpoint-reconciler-type": "none",
    "authorization-mode": "Node,RBAC",
    "allow-privileged": "true",
    "token-auth-file": tokenFile(layout),
    "service-cluster-ip-range": "10.96.0.0/16",
    "service-account-issuer": "https://kubernetes.default.svc.cluster.local",
    "service-account-key-file": serviceAccountKey(layout),
    "service-account-signing-key-file": serviceAccountKey(layout),
    "kubelet-preferred-address-types": "InternalIP",
    "audit-policy-file": auditPolicyFile(layout),
    "audit-log-path": layout.audit,
    "audit-log-maxsize": "200",
    "audit-log-maxbackup": "2",
    profiling: "false",
  });
}

export function controllerManager(context: ProgramContext): ProcessSpec {
  const { layout, ports } = context;
  return program(context, "kube-controller-manager", {
    ...component(context, "kube-controller-manager", ports.controllerManager),
    "root-ca-file": apiServerCertificate(layout),
    "service-account-private-key-file": serviceAccountKey(layout),
    "use-service-account-credentials": "true",
    "kube-api-qps": "200",
    "kube-api-burst": "400",
  });
}

export function scheduler(context: ProgramContext): ProcessSpec {
  const flags = component(context, "kube-scheduler", context.ports.scheduler);
  return program(context, "kube-scheduler", flags);
}

/** The namespace of the ServiceAccounts whose every request is in the audit log. */
export const auditedNamespace = "flux-bootstrap";

/**
 * Writes the audit policy: metadata of every write except the renewal of leases and events. Of the ServiceAccounts whose
 * rights are measured it takes the reads too, and what they write into roles.
 */
export function writeAuditPolicy(layout: Layout): void {
  const userGroups = [`system:serviceaccounts:${auditedNamespace}`];
  const policy = {
    apiVersion: "audit.k8s.io/v1",
    kind: "Policy",
    omitStages: ["RequestReceived"],
    rules: [
      { level: "Request", userGroups, resources: [{ group: "rbac.authorization.k8s.io" }] },
      { level: "Metadata", userGroups },
      { level: "None", verbs: ["get", "list", "watch"] },
      { level: "None", resources: [{ group: "coordination.k8s.io", resources: ["leases"] }] },
      {
        level: "None",
        resources: [
          { group: "", resources: ["events"] },
          { group: "events.k8s.io", resources: ["events"] },
        ],
      },
      { level: "Metadata" },
    ],
  };
  writeAtomically(auditPolicyFile(layout), stringify(policy));
}

function auditPolicyFile(layout: Layout): string {
  return join(layout.config, "audit-policy.yaml");
}

function component({ layout }: ProgramContext, user: User, port: number) {
  const kubeconfig = kubeconfigFile(layout, user);
  return {
    kubeconfig,
    "authentication-kubeconfig": kubeconfig,
    "authorization-kubeconfig": kubeconfig,
    "bind-address": loopback,
    "secure-port": String(port),
    "leader-elect": "false",
  };
}

function program(
  { layout, bin }: ProgramContext,
  name: string,
  flags: Record<string, string>,
): ProcessSpec {
  return {
    name,
    command: join(bin, name),
    arguments: Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`),
    logFile: join(layout.logs, `${name}.log`),
  };
}
