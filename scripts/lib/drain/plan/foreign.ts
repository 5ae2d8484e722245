import { HelmRelease, Namespace, PersistentVolumeClaim } from "../../kinds.ts";
import { displayName, type KubernetesObject } from "../../object.ts";
import { purposeLabel } from "../../gate/canary.ts";
import { type Key, keyOf, ownerOf } from "../../tree/owner.ts";
import { type DrainField, releaseOf } from "./drain-node.ts";
import type { DrainPlan } from "./drain-plan.ts";
import { type Inventories, keptAs, protection } from "./inventories.ts";
import { compareKeys, type Id, idOf, idOfObject } from "./scene-index.ts";
import { isKept } from "../scope.ts";
import { installingNode } from "./tracing.ts";
import type { TracedVolume } from "./volumes.ts";

/** Kinds whose objects say nothing about who uses a namespace: Kubernetes makes them for others, and removes them. */
const byproducts: readonly string[] = [
  "Event",
  "Endpoints",
  "EndpointSlice",
  "Lease",
  "ControllerRevision",
  "PodMetrics",
];

/** What Kubernetes puts into every namespace. */
const inEveryNamespace: readonly string[] = [
  "ServiceAccount/default",
  "ConfigMap/kube-root-ca.crt",
];

/** Annotations by which a Secret names what it was made for, with the kind of that. */
const madeFor: readonly (readonly [string, string, string])[] = [
  ["kubernetes.io/service-account.name", "", "ServiceAccount"],
  ["cert-manager.io/certificate-name", "cert-manager.io", "Certificate"],
];

/**
 * keepNamespaces takes the namespaces out of the inventories that hold what a drain does not remove, and says which. What
 * else the inventories hold in them still goes.
 */
export function keepNamespaces(
  field: DrainField,
  inventories: Inventories,
  volumes: ReadonlyMap<Id, TracedVolume>,
): void {
  const inhabitants = new Inhabitants(field, inventories, volumes);
  for (const node of field.nodes.values()) {
    const going = inventories.going.get(node.key) ?? [];
    for (const entry of going.filter(
      ({ kind, group }) => kind === Namespace.kind && group === "",
    )) {
      const reason = inhabitants.whyKept(entry.name);
      if (reason === undefined) continue;
      inventories.kept.push(keptAs(entry, reason, protection(node, entry)));
      inventories.holders.delete(idOf(entry));
      inventories.staying.add(idOf(entry));
      going.splice(going.indexOf(entry), 1);
    }
  }
}

/** Inhabitants tells who lives in a namespace besides what goes. */
class Inhabitants {
  readonly #field: DrainField;
  readonly #inventories: Inventories;
  readonly #volumes: ReadonlyMap<Id, TracedVolume>;
  readonly #made: ReadonlySet<Key>;
  readonly #recorded: ReadonlySet<string>;
  readonly #releases: ReadonlySet<string>;
  readonly #targets: ReadonlySet<string>;

  constructor(field: DrainField, inventories: Inventories, volumes: ReadonlyMap<Id, TracedVolume>) {
    this.#field = field;
    this.#inventories = inventories;
    this.#volumes = volumes;
    this.#made = new Set(field.scope.made.map(keyOf));
    const releases = [...field.nodes.values()]
      .filter(({ object }) => object.kind === HelmRelease.kind)
      .map(({ object }) => releaseOf(object));
    this.#releases = new Set(releases.map(({ storage, name }) => `${storage}/${name}`));
    this.#recorded = recordedOf(field.scene.recorded);
    const known = field.scene.recorded?.steps.filter(({ kind }) => kind === HelmRelease.kind) ?? [];
    this.#targets = new Set([
      ...releases.map(({ target }) => target),
      ...known.flatMap(({ inventory }) => inventory.map(({ namespace = "" }) => namespace)),
    ]);
  }

  /** Undefined when nobody else lives there. */
  whyKept(namespace: string): string | undefined {
    const others = this.#field.index
      .inNamespace(namespace)
      .filter((object) => !this.#goes(object, namespace));
    const isStaying = (object: KubernetesObject) =>
      isKept(object) || this.#inventories.staying.has(idOfObject(object));
    const staying = others.filter(isStaying);
    const foreign = others.filter((object) => !isStaying(object));
    if (foreign.length > 0) return `holds ${firstOf(foreign)}, which Flux did not make`;
    return staying.length > 0 ? `holds ${firstOf(staying)}, which stays` : undefined;
  }

  #goes(object: KubernetesObject, namespace: string): boolean {
    return this.#isMade(object) || isByproduct(object) || this.#goesWithOther(object, namespace);
  }

  #isMade(object: KubernetesObject): boolean {
    const id = idOfObject(object);
    return (
      this.#inventories.holders.has(id) ||
      this.#volumes.has(id) ||
      this.#made.has(keyOf(object)) ||
      installingNode(this.#field, object) !== undefined ||
      this.#isRecorded(object, id)
    );
  }

  /** What somebody made anew under the name of what went has another UID, or no owner. */
  #isRecorded(object: KubernetesObject, id: Id): boolean {
    const { uid = "" } = object.metadata;
    return this.#recorded.has(uid) || (this.#recorded.has(id) && ownerOf(object) !== undefined);
  }

  #goesWithOther(object: KubernetesObject, namespace: string): boolean {
    const { labels = {}, annotations = {} } = object.metadata;
    if (labels["owner"] === "helm" && this.#releases.has(`${namespace}/${labels["name"] ?? ""}`)) {
      return true;
    }
    if (annotations["helm.sh/hook"] !== undefined && this.#targets.has(namespace)) return true;
    return this.#goesWithOwner(object, namespace) || this.#goesWithMaker(object, namespace);
  }

  /** An owner in the same namespace is judged by itself; one of no namespace has to go, too. */
  #goesWithOwner({ metadata }: KubernetesObject, namespace: string): boolean {
    const [first] = metadata.ownerReferences ?? [];
    if (first === undefined) return false;
    const owner = this.#field.index.byUid(first.uid);
    return (
      owner === undefined ||
      owner.metadata.namespace === namespace ||
      this.#goes(owner, owner.metadata.namespace ?? "")
    );
  }

  #goesWithMaker({ metadata: { annotations = {} } }: KubernetesObject, namespace: string): boolean {
    return madeFor.some(([annotation, group, kind]) => {
      const name = annotations[annotation];
      if (name === undefined) return false;
      const maker = this.#field.index.find({ group, kind, namespace, name });
      return maker !== undefined && this.#goes(maker, namespace);
    });
  }
}

/** The UIDs of the volumes and addresses of a plan, and the ids of its inventories. */
function recordedOf(plan: DrainPlan | undefined): ReadonlySet<string> {
  return new Set(
    (plan?.steps ?? []).flatMap(({ inventory, addresses, volumes }) => [
      ...inventory.map(idOf),
      ...[...addresses, ...volumes].map(({ uid }) => uid),
    ]),
  );
}

function isByproduct({ kind, metadata }: KubernetesObject): boolean {
  return (
    byproducts.includes(kind) ||
    inEveryNamespace.includes(`${kind}/${metadata.name}`) ||
    metadata.labels?.[purposeLabel] !== undefined
  );
}

const most = 3;

/** firstOf is `A`, `A, B and C`, or `A, B, C and 4 more`: those that hold data first. */
function firstOf(objects: readonly KubernetesObject[]): string {
  const rank = ({ kind }: KubernetesObject) => (kind === PersistentVolumeClaim.kind ? 0 : 1);
  const names = objects
    .toSorted((a, b) => rank(a) - rank(b) || compareKeys(keyOf(a), keyOf(b)))
    .map((object) => displayName(object));
  if (names.length > most) {
    return `${names.slice(0, most).join(", ")} and ${names.length - most} more`;
  }
  return [names.slice(0, -1).join(", "), ...names.slice(-1)]
    .filter((one) => one !== "")
    .join(" and ");
}
