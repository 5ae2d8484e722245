import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

import { parse } from "yaml";

import type { Resource } from "../../../scripts/lib/kinds.ts";
import { requestedAt } from "../../../scripts/lib/gate/canary.ts";
import { pathOf } from "../../../scripts/lib/listing.ts";
import type { KubernetesObject } from "../../../scripts/lib/object.ts";
import type { RepairResult } from "../../../scripts/lib/repair/repair.ts";
import { GivenUp } from "./given-up.ts";
import type { Ground } from "./ground.ts";
import { manifest, ServiceAccount } from "./manifest.ts";
import { repairOn } from "./repairs.ts";
import type { Stage } from "./stage.ts";

/** Releases that have given up and would be installed now. */
export interface Stuck {
  readonly made: GivenUp;
  readonly names: readonly string[];
}

export async function stuckReleases(stage: Stage): Promise<Stuck> {
  const made = await GivenUp.make(stage, "faults");
  const names = ["first", "second", "third"];
  await made.releases(names);
  await made.mend();
  return { made, names };
}

const outageMilliseconds = 10_000;

/** Repairs, with an API server that stops answering as soon as the first request to reconcile is written. */
export async function repairThroughOutage(
  stage: Stage,
  { made, names }: Stuck,
): Promise<RepairResult> {
  const repaired = repairOn(stage.ground);
  const asked = ({ metadata }: KubernetesObject) =>
    metadata.annotations?.[requestedAt] !== undefined;
  await Promise.race([repaired, ...names.map((name) => stage.until(made.at(name), asked))]);
  await withoutAnswers(stage.ground);
  return repaired;
}

/** The API server keeps its connections and answers nothing for ten seconds. */
async function withoutAnswers({ embedded }: Ground): Promise<void> {
  const server = embedded.record.processes.find(({ name }) => name === "kube-apiserver");
  if (server === undefined) throw new Error("there must be a process of kube-apiserver, got none");
  process.kill(server.pid, "SIGSTOP");
  try {
    await delay(outageMilliseconds);
  } finally {
    process.kill(server.pid, "SIGCONT");
  }
}

function rbac(kind: string, plural: string): Resource {
  return { apiVersion: "rbac.authorization.k8s.io/v1", kind, plural, namespaced: false };
}

const name = "almost-all";
const namespace = "default";
const apiGroup = "rbac.authorization.k8s.io";

/** May do everything but patch HelmReleases. */
const rights = [
  manifest(ServiceAccount, { name, namespace }),
  manifest(
    rbac("ClusterRole", "clusterroles"),
    { name },
    {
      rules: [
        { apiGroups: ["*"], resources: ["*"], verbs: ["get", "list", "watch", "create", "delete"] },
        {
          apiGroups: ["", "coordination.k8s.io", "kustomize.toolkit.fluxcd.io"],
          resources: ["*"],
          verbs: ["patch", "update"],
        },
      ],
    },
  ),
  manifest(
    rbac("ClusterRoleBinding", "clusterrolebindings"),
    { name },
    {
      roleRef: { apiGroup, kind: "ClusterRole", name },
      subjects: [{ kind: "ServiceAccount", name, namespace }],
    },
  ),
];

interface Kubeconfig {
  readonly users: readonly { readonly name: string }[];
}

/** A kubeconfig of a ServiceAccount that lacks one verb. */
export async function almostAll(stage: Stage): Promise<string> {
  await stage.apply(rights);
  const { cluster, ground } = stage;
  const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} };
  const account = pathOf({ resource: ServiceAccount, name, namespace });
  const request = { method: "POST", body } as const;
  const answer = await cluster.api.json<{ readonly status: { readonly token: string } }>(
    `${account}/token`,
    request,
  );
  const { token } = answer.status;
  const admin = parse(readFileSync(ground.embedded.path("kubeconfig"), "utf8")) as Kubeconfig;
  const users = admin.users.map((user) => ({ name: user.name, user: { token } }));
  return JSON.stringify({ ...admin, users });
}
