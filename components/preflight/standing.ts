import type { Reader } from "../cluster/reader.ts";
import {
  fluxInstanceName,
  fluxNamespace,
  operatorName,
  runtimeInfoName,
  sopsSecretName,
  sourceSecretName,
} from "../names.ts";
import { readable, type Seen, type SeenList } from "./seen.ts";

/** A FluxInstance, as far as it tells what it syncs from. */
export interface SeenInstance extends Seen {
  readonly spec?: { readonly sync?: { readonly url?: string; readonly path?: string } };
}

interface Root extends Seen {
  readonly spec?: { readonly path?: string };
}

interface Source extends Seen {
  readonly spec?: { readonly url?: string };
}

/** What a Flux in the namespace of Flux reconciles. */
export interface AttachedSync {
  /** The object that says so. */
  readonly by: string;
  readonly url: string | undefined;
  readonly path: string | undefined;
}

/** What stands in the cluster of any Flux. */
export interface Standing {
  /** The namespace of Flux. */
  readonly namespace: Seen | undefined;
  /** Everywhere. */
  readonly instances: readonly SeenInstance[];
  /** flux-operator and the controllers of Flux, everywhere. */
  readonly deployments: readonly Seen[];
  /** The rest is read only where the namespace is not this stack's. */
  readonly detail: StandingDetail | undefined;
}

export interface StandingDetail {
  /** The kinds of Flux. */
  readonly definitions: readonly Seen[];
  readonly sync: AttachedSync | undefined;
  /** What of the objects that this stack makes is there, as `Secret/flux-system/…`. */
  readonly objects: readonly string[];
}

const inFlux = `/namespaces/${fluxNamespace}`;
const partOf = "app.kubernetes.io/part-of=flux";
const controllers = [
  "source-controller",
  "kustomize-controller",
  "helm-controller",
  "notification-controller",
  "image-reflector-controller",
  "image-automation-controller",
  "source-watcher",
];

/** readStanding reads it; `isOwn` tells whether the namespace of Flux is this stack's. */
export async function readStanding(
  reader: Reader,
  isOwn: (namespace: Seen) => boolean,
): Promise<Standing> {
  const [namespace, instances, deployments] = await Promise.all([
    readable(reader.get<Seen>(`/api/v1${inFlux}`)),
    items<SeenInstance>(reader, "/apis/fluxcd.controlplane.io/v1/fluxinstances"),
    readDeployments(reader),
  ]);
  const own = namespace !== undefined && isOwn(namespace);
  const detail = own ? undefined : await readDetail(reader, instances);
  return { namespace, instances, deployments, detail };
}

async function items<T extends Seen = Seen>(reader: Reader, path: string): Promise<readonly T[]> {
  return (await readable(reader.get<SeenList<T>>(path)))?.items ?? [];
}

/** Other projects label themselves as part of Flux too, so that outside of its namespace names count as well. */
async function readDeployments(reader: Reader): Promise<Seen[]> {
  const path = "/apis/apps/v1/deployments?labelSelector=";
  const list = (selector: string) =>
    readable(reader.get<SeenList>(`${path}${encodeURIComponent(selector)}`, "metadata"));
  const [labelled, operators, byName] = await Promise.all([
    list(partOf),
    list(`app.kubernetes.io/name=${operatorName}`),
    readable(reader.get<Seen>(`/apis/apps/v1${inFlux}/deployments/${operatorName}`)),
  ]);
  const ofFlux = (labelled?.items ?? []).filter(
    ({ metadata }) => metadata.namespace === fluxNamespace || isController(metadata),
  );
  const all = [...(byName === undefined ? [] : [byName]), ...(operators?.items ?? []), ...ofFlux];
  return [...new Map(all.map((one) => [displayName("Deployment", one), one])).values()];
}

function isController({ name, labels = {} }: Seen["metadata"]): boolean {
  return controllers.includes(labels["app.kubernetes.io/component"] ?? name);
}

async function readDetail(
  reader: Reader,
  instances: readonly SeenInstance[],
): Promise<StandingDetail> {
  const definitions = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions?labelSelector=${encodeURIComponent(partOf)}`;
  const [kinds, sync, objects] = await Promise.all([
    readable(reader.get<SeenList>(definitions, "metadata")),
    readSync(reader, instances),
    readObjects(reader),
  ]);
  return { definitions: kinds?.items ?? [], sync, objects };
}

/** The Secrets and the ConfigMap under names that this program uses. */
async function readObjects(reader: Reader): Promise<string[]> {
  const [secrets, info] = await Promise.all([
    readable(reader.get<SeenList>(`/api/v1${inFlux}/secrets`, "metadata")),
    readable(reader.get<Seen>(`/api/v1${inFlux}/configmaps/${runtimeInfoName}`)),
  ]);
  const own = (secrets?.items ?? []).filter(({ metadata: { name } }) => isSecretOfOurs(name));
  return [
    ...own.map((secret) => displayName("Secret", secret)),
    ...(info === undefined ? [] : [displayName("ConfigMap", info)]),
  ];
}

function isSecretOfOurs(name: string): boolean {
  return (
    name === sopsSecretName || name === sourceSecretName || name.startsWith(`${sourceSecretName}-`)
  );
}

/** What the FluxInstance says, or else the objects that `flux bootstrap` makes. */
async function readSync(
  reader: Reader,
  instances: readonly SeenInstance[],
): Promise<AttachedSync | undefined> {
  const instance = instances.find(isTheInstance);
  const { sync } = instance?.spec ?? {};
  if (instance !== undefined && sync !== undefined) {
    return { by: displayName("FluxInstance", instance), url: sync.url, path: sync.path };
  }
  const [root, source] = await Promise.all([
    readable(reader.get<Root>(named("kustomize.toolkit.fluxcd.io", "kustomizations"))),
    readable(reader.get<Source>(named("source.toolkit.fluxcd.io", "gitrepositories"))),
  ]);
  if (root === undefined) return undefined;
  const by = displayName("Kustomization", root);
  return { by, url: source?.spec?.url, path: root.spec?.path };
}

/** The objects of a sync are named after the namespace of Flux. */
function named(group: string, plural: string): string {
  return `/apis/${group}/v1${inFlux}/${plural}/${fluxNamespace}`;
}

/** isTheInstance tells the FluxInstance that this program would make from every other. */
export function isTheInstance({ metadata }: Seen): boolean {
  return metadata.namespace === fluxNamespace && metadata.name === fluxInstanceName;
}

/** displayName is `Kind/namespace/name`. */
export function displayName(kind: string, { metadata: { namespace, name } }: Seen): string {
  return [kind, namespace, name].filter((part) => part !== undefined).join("/");
}
