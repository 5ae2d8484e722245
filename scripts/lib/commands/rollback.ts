import { displayName, type KubernetesObject } from "../object.ts";
import type { GitOrigin, Snapshot } from "./history.ts";
import type { Section } from "./outcome.ts";

interface Spec {
  readonly kubeConfig?: unknown;
  readonly chart?: { readonly spec?: { readonly version?: string } };
  readonly chartRef?: { readonly kind?: string; readonly name?: string };
}

interface Known {
  /** Newest first. */
  readonly snapshots: readonly Snapshot[];
  readonly git: GitOrigin | undefined;
  /** The command, so that it reaches the same cluster. */
  readonly next: (command: string) => string;
}

/** Advice is what a person needs to know before a rollback; nothing of it is done here. */
export interface Advice {
  readonly sections: readonly Section[];
  readonly data: {
    /** Helm's revision number; undefined when there is nothing to go back to. */
    readonly to: number | undefined;
    readonly chartVersion: string | undefined;
    readonly git: readonly string[];
    readonly byHand: readonly string[];
  };
}

const sound: readonly string[] = ["deployed", "superseded"];

/** rollbackTarget is the revision before the newest that was sound: the one that Helm would return to. */
export function rollbackTarget(snapshots: readonly Snapshot[]): Snapshot | undefined {
  return snapshots.slice(1).find(({ status = "" }) => sound.includes(status));
}

/** rollbackAdvice says what a rollback would return to, that Git overrides it, and the commands of both ways. */
export function rollbackAdvice(release: KubernetesObject, known: Known): Advice {
  const to = rollbackTarget(known.snapshots);
  const git = gitWay(release, to, known);
  const byHand = to === undefined ? [] : handWay(release, to, known);
  const data = { to: to?.version, chartVersion: to?.chartVersion, git, byHand };
  if (to === undefined) {
    const lines = [
      "Nothing to roll back to: no earlier revision was sound. Forward is the only way:",
    ];
    return { data, sections: [{ title: "Rollback", lines }, { lines: git }] };
  }
  const target = `revision ${to.version ?? ""} (chart ${to.chartVersion ?? "unknown"})`;
  const sections: Section[] = [
    {
      title: "Rollback",
      lines: [
        `Helm would return to ${target}. Git overrides that: the next reconciliation installs again what Git says.`,
      ],
    },
    { title: "In Git, which lasts", lines: git },
    {
      title: "By hand, until Git is right",
      lines: remote(release)
        ? [
            "The release lives in the cluster of its spec.kubeConfig: run helm with that kubeconfig.",
          ]
        : [],
      code: byHand,
    },
  ];
  return { data, sections };
}

function gitWay(release: KubernetesObject, to: Snapshot | undefined, known: Known): string[] {
  const { git, next } = known;
  const where = git?.where ?? git?.kustomization ?? "where its manifest lives";
  const version = to?.chartVersion;
  const change = version === undefined ? "put right what fails" : gitChange(release, version);
  const command = git && next(`npm run fleet -- reconcile ${git.kustomization}`);
  const then = command === undefined ? "" : ` Then: ${command}`;
  return [`In ${where}: ${change} for ${release.metadata.name}.${then}`];
}

function gitChange({ spec }: KubernetesObject, version: string): string {
  const { chart, chartRef } = (spec ?? {}) as Spec;
  if (chartRef !== undefined) {
    return `revert the commit, or let ${chartRef.kind ?? ""}/${chartRef.name ?? ""} fetch ${version}`;
  }
  const now = chart?.spec?.version ?? "*";
  return now === version
    ? "revert the commit that changed its values"
    : `revert the commit, or set spec.chart.spec.version from "${now}" to "${version}"`;
}

function handWay(release: KubernetesObject, to: Snapshot, { next }: Known): string[] {
  const name = displayName(release);
  const { storageNamespace } = (release.status ?? {}) as { readonly storageNamespace?: string };
  const namespace = storageNamespace ?? to.namespace ?? release.metadata.namespace ?? "";
  const revision = String(to.version);
  return [
    next(`npm run fleet -- suspend ${name} --reason "rolled back to revision ${revision}"`),
    next(`helm rollback ${to.name ?? release.metadata.name} ${revision} --namespace ${namespace}`),
    `${next(`npm run fleet -- resume ${name}`)}   # once Git says so too`,
  ];
}

function remote({ spec }: KubernetesObject): boolean {
  return ((spec ?? {}) as Spec).kubeConfig !== undefined;
}
