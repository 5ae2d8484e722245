import type { Reader } from "../cluster/reader.ts";
import { readable, type SeenList } from "./seen.ts";

/** What a cluster says of itself. */
export interface Kubernetes {
  /** Such as `v1.36.3`; undefined where it does not tell. */
  readonly version: string | undefined;
  /** Whether there is a node, or nodes come when pods need them; undefined where that may not be read. */
  readonly nodes: boolean | undefined;
}

/**
 * The oldest Kubernetes that each Flux works on, as its own `flux check --pre` demands (kubernetesConstraints in
 * cmd/flux/check.go of github.com/fluxcd/flux2 at v2.6.4, v2.7.5, v2.8.0 and v2.9.4). Newer ones have no upper bound.
 */
const oldestKubernetes: readonly (readonly [flux: Version, kubernetes: Version])[] = [
  [
    [2, 6],
    [1, 31],
  ],
  [
    [2, 7],
    [1, 32],
  ],
  [
    [2, 8],
    [1, 33],
  ],
  [
    [2, 9],
    [1, 33],
  ],
];

type Version = readonly [major: number, minor: number];

/** readKubernetes reads the version and whether there are nodes. */
export async function readKubernetes(reader: Reader): Promise<Kubernetes> {
  const [info, nodes] = await Promise.all([
    readable(reader.get<{ readonly gitVersion?: string }>("/version")),
    readNodes(reader),
  ]);
  return { version: info?.gitVersion, nodes };
}

async function readNodes(reader: Reader): Promise<boolean | undefined> {
  const list = await readable(reader.get<SeenList>("/api/v1/nodes?limit=1", "metadata"));
  if (list?.items === undefined) return undefined;
  if (list.items.length > 0) return true;
  // Karpenter, EKS Auto Mode and node auto-provisioning of AKS make a node when a pod waits for one.
  return (await readable(reader.get<object>("/apis/karpenter.sh"))) !== undefined;
}

/** kubernetesProblems are what keeps that Flux from running there. */
export function kubernetesProblems(
  { version, nodes }: Kubernetes,
  fluxVersion: string,
): readonly string[] {
  const old = versionProblem(version, fluxVersion);
  const empty =
    "the cluster must have a node, got none. Flux runs in pods: add a node and look with: kubectl get nodes";
  return [...(old === undefined ? [] : [old]), ...(nodes === false ? [empty] : [])];
}

function versionProblem(version: string | undefined, fluxVersion: string): string | undefined {
  const live = parsed(version);
  const flux = parsed(fluxVersion);
  if (live === undefined || flux === undefined) return undefined;
  const known = oldestKubernetes.filter(([candidate]) => compare(candidate, flux) <= 0);
  const oldest = (known.at(-1) ?? oldestKubernetes[0])?.[1];
  if (oldest === undefined || compare(live, oldest) >= 0) return undefined;
  return (
    `Kubernetes must be ${oldest.join(".")} or newer for Flux ${fluxVersion}, got ${version ?? ""}. ` +
    "Upgrade the cluster, or set flux.version to a Flux that supports it"
  );
}

function parsed(version = ""): Version | undefined {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  return major === undefined || minor === undefined ? undefined : [Number(major), Number(minor)];
}

function compare([major, minor]: Version, [otherMajor, otherMinor]: Version): number {
  return major - otherMajor || minor - otherMinor;
}
