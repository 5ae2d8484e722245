import type { KubernetesObject } from "../object.ts";
import { parseId } from "../tree/inventory.ts";
import { type Key, keyFrom, keyOf, ownerOf } from "../tree/owner.ts";
import type { FluxOrigin } from "./finding.ts";
import { fieldsOf, itemsOf, textOf } from "./json.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Link } from "./workload.ts";

/** The kinds whose status says what they applied. */
const applying = ["HelmRelease", "Kustomization", "ResourceSet"];

/** Origins traces workloads to the HelmRelease, Kustomization and revision that brought them. */
export class Origins {
  readonly #surroundings: Surroundings;
  readonly #applied = new Map<string, Key>();
  /** HelmReleases by the namespace and name that Helm knows their release by. */
  readonly #releases = new Map<string, Key>();

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    for (const object of applying.flatMap((kind) => surroundings.all(kind))) {
      for (const id of appliedBy(object)) this.#applied.set(id, keyOf(object));
    }
    for (const release of surroundings.all("HelmRelease")) {
      this.#releases.set(releaseOf(release), keyOf(release));
    }
  }

  /** Of the nearest of these objects that anything of Flux claims. */
  of(owners: readonly Link[]): FluxOrigin {
    const nearest = owners.map((link) => this.#ownerOf(link)).find((key) => key !== undefined);
    const keys = this.#upwards(nearest);
    const helmRelease = keys.find((key) => key.startsWith("HelmRelease/"));
    const kustomization = keys.find((key) => key.startsWith("Kustomization/"));
    const at = (key: Key | undefined) =>
      key === undefined ? undefined : this.#surroundings.at(key);
    return {
      helmRelease,
      chart: chartOf(at(helmRelease)),
      kustomization,
      revision: revisionOf(at(kustomization)),
      suspended: [at(helmRelease), at(kustomization)].some(isSuspended),
    };
  }

  /** The key and everything above it, the nearest first. */
  #upwards(key: Key | undefined): Key[] {
    const keys: Key[] = [];
    for (let next = key; next !== undefined && !keys.includes(next);) {
      keys.push(next);
      const object = this.#surroundings.at(next);
      next = object === undefined ? undefined : this.#ownerOf(linkTo(object));
    }
    return keys;
  }

  #ownerOf(link: Link): Key | undefined {
    const labelled = link.object === undefined ? undefined : ownerOf(link.object);
    return labelled ?? this.#applied.get(idOf(link)) ?? this.#releaseOf(link);
  }

  #releaseOf(link: Link): Key | undefined {
    const { annotations = {} } = link.object?.metadata ?? {};
    const name = annotations["meta.helm.sh/release-name"];
    if (name === undefined) return this.#releaseOfHook(link);
    const namespace = annotations["meta.helm.sh/release-namespace"] ?? link.namespace;
    return this.#releases.get(`${namespace}/${name}`);
  }

  /** Helm writes nothing about itself on a hook: there only names tell. */
  #releaseOfHook({ object, namespace, name }: Link): Key | undefined {
    const { labels = {}, annotations = {} } = object?.metadata ?? {};
    if (annotations["helm.sh/hook"] === undefined) return undefined;
    const instance = labels["app.kubernetes.io/instance"] ?? labels["release"] ?? name;
    return this.#releases.get(`${namespace}/${instance}`) ?? this.#releaseNamed(namespace, name);
  }

  /** The release with the longest name that a hook's name begins with. */
  #releaseNamed(namespace: string, hook: string): Key | undefined {
    for (let end = hook.length; end > 0; end = hook.lastIndexOf("-", end - 1)) {
      const found = this.#releases.get(`${namespace}/${hook.slice(0, end)}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

function idOf(at: { kind: string; group: string; namespace: string | undefined; name: string }) {
  return `${at.group}|${keyFrom(at.kind, at.namespace, at.name)}`;
}

function appliedBy({ status }: KubernetesObject): string[] {
  const { entries } = fieldsOf(fieldsOf(status)["inventory"]);
  return itemsOf(entries).flatMap(({ id }) => {
    const entry = parseId(textOf(id));
    return entry === undefined ? [] : [idOf(entry)];
  });
}

function linkTo(object: KubernetesObject): Link {
  const { kind, apiVersion, metadata } = object;
  const group = apiVersion.split("/")[0] ?? "";
  return { kind, group, namespace: metadata.namespace ?? "", name: metadata.name, object };
}

/** Helm's own `namespace/name` of the release: as the status remembers it, or as the specification implies. */
function releaseOf({ metadata, spec, status }: KubernetesObject): string {
  const [newest] = itemsOf(fieldsOf(status)["history"]);
  const { targetNamespace, releaseName } = fieldsOf(spec);
  const target = textOf(targetNamespace);
  const implied = target === "" ? metadata.name : `${target}-${metadata.name}`;
  const namespace = textOf(newest?.["namespace"]) || target || (metadata.namespace ?? "");
  return `${namespace}/${textOf(newest?.["name"]) || textOf(releaseName) || implied}`;
}

function chartOf(release: KubernetesObject | undefined): string | undefined {
  const { history, lastAttemptedRevision } = fieldsOf(release?.status);
  const deployed = textOf(itemsOf(history)[0]?.["chartVersion"]);
  return deployed || textOf(lastAttemptedRevision) || undefined;
}

function revisionOf(kustomization: KubernetesObject | undefined): string | undefined {
  const { lastAppliedRevision, lastAttemptedRevision } = fieldsOf(kustomization?.status);
  return textOf(lastAppliedRevision) || textOf(lastAttemptedRevision) || undefined;
}

function isSuspended(object: KubernetesObject | undefined): boolean {
  if (object === undefined) return false;
  const { annotations, labels } = object.metadata;
  const disabled = Object.entries({ ...labels, ...annotations }).some(
    ([name, value]) => name.endsWith("/reconcile") && value.toLowerCase() === "disabled",
  );
  return disabled || fieldsOf(object.spec)["suspend"] === true;
}
