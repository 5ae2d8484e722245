import type { Cluster } from "../cluster.ts";
import { Failure } from "../failure.ts";
import { HelmRelease, Kustomization, sourceKinds } from "../kinds.ts";
import { displayName, type KubernetesObject } from "../object.ts";
import { ownerOf } from "../tree/owner.ts";
import { ageSince } from "./age.ts";
import type { Command } from "./command.ts";
import { requireFlux } from "./connect.ts";
import type { Outcome, Section } from "./outcome.ts";
import { rollbackAdvice } from "./rollback.ts";
import type { Session } from "./session.ts";
import { findTarget, readTargets, type Target } from "./target.ts";

export const history: Command = {
  name: "history",
  summary: "what a HelmRelease deployed, and how to roll it back",
  operands: { usage: "NAME", fewest: 1, most: 1 },
  options: {},
  text: [
    "Lists the revisions that helm-controller remembers, newest first, and says which one Helm would roll back to, that Git",
    "overrides a rollback, and the exact commands of both ways: in Git, which lasts, and by hand, which needs a suspend.",
  ],
  never: "it rolls nothing back.",
  examples: [{ command: "history shop/cart", text: "Before you touch a release that went bad." }],
  prepare(input) {
    const [target] = readTargets(input, input.operands, [HelmRelease]);
    return (session) => show(session, target as Target);
  },
};

/** Snapshot is one revision of a release, as helm-controller remembers it. */
export interface Snapshot {
  readonly name?: string;
  readonly namespace?: string;
  /** Helm's revision number. */
  readonly version?: number;
  readonly status?: string;
  readonly chartName?: string;
  readonly chartVersion?: string;
  readonly appVersion?: string;
  readonly lastDeployed?: string;
}

async function show({ cluster, next }: Session, target: Target): Promise<Outcome> {
  await requireFlux(cluster);
  const { reference, object } = await findTarget(cluster, target);
  const snapshots = snapshotsOf(object);
  const now = cluster.now();
  if (snapshots.length === 0) {
    throw new Failure(`${displayName(reference)} has deployed nothing yet`, {
      next: `npm run fleet -- status ${displayName(reference)}`,
    });
  }
  const git = await gitOf(cluster, object);
  const advice = rollbackAdvice(object, { snapshots, git, next });
  const rows = snapshots.map((snapshot) => [
    String(snapshot.version ?? ""),
    snapshot.status ?? "",
    `${snapshot.chartName ?? ""} ${snapshot.chartVersion ?? ""}`.trim(),
    snapshot.appVersion ?? "",
    ageSince(snapshot.lastDeployed, now),
  ]);
  const columns = ["REVISION", "STATUS", "CHART", "APP", "DEPLOYED"];
  const sections: Section[] = [
    { title: displayName(reference), table: { columns, rows } },
    ...advice.sections,
  ];
  return {
    code: 0,
    sections,
    json: { object: displayName(reference), history: snapshots, rollback: advice.data },
  };
}

/** Newest first; what is no revision is left out. */
export function snapshotsOf({ status }: KubernetesObject): Snapshot[] {
  const { history: listed } = (status ?? {}) as { readonly history?: unknown };
  const snapshots = (Array.isArray(listed) ? listed : []) as (Snapshot | null)[];
  return snapshots
    .filter((snapshot) => typeof snapshot?.version === "number")
    .map((snapshot) => snapshot as Snapshot)
    .toSorted((a, b) => (b.version ?? 0) - (a.version ?? 0));
}

/** Where Git says what the release is to be. */
export interface GitOrigin {
  /** Key of the Kustomization that applied the release. */
  readonly kustomization: string;
  /** `https://git.example/fleet.git, path ./apps`; undefined when the source cannot be read. */
  readonly where: string | undefined;
}

async function gitOf(cluster: Cluster, object: KubernetesObject): Promise<GitOrigin | undefined> {
  const kustomization = ownerOf(object) ?? "";
  const [kind, namespace = "", name = ""] = kustomization.split("/");
  if (kind !== Kustomization.kind) return undefined;
  const reference = { resource: Kustomization, namespace, name };
  const owner = await cluster.get<KubernetesObject<KustomizationSpec>>(reference);
  return { kustomization, where: await whereOf(cluster, owner) };
}

async function whereOf(
  cluster: Cluster,
  owner: KubernetesObject<KustomizationSpec> | undefined,
): Promise<string | undefined> {
  if (owner?.spec === undefined) return undefined;
  const { path = "./", sourceRef } = owner.spec;
  const resource = sourceKinds.find(({ kind }) => kind === sourceRef?.kind);
  if (resource === undefined || sourceRef === undefined) return undefined;
  const { name, namespace = owner.metadata.namespace ?? "" } = sourceRef;
  const reference = { resource, name, namespace };
  const source = await cluster.get<KubernetesObject<{ readonly url?: string }>>(reference);
  return urlOf(source, path);
}

function urlOf(
  source: KubernetesObject<{ readonly url?: string }> | undefined,
  path: string,
): string | undefined {
  const url = source?.spec?.url;
  return url === undefined ? undefined : `${url}, path ${path}`;
}

interface KustomizationSpec {
  readonly path?: string;
  readonly sourceRef?: {
    readonly kind: string;
    readonly name: string;
    readonly namespace?: string;
  };
}
