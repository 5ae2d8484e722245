import type { KubernetesObject } from "../object.ts";
import { type Key, keyFrom } from "./owner.ts";

interface Reference {
  readonly kind?: string;
  readonly name: string;
  readonly namespace?: string;
}

interface Referring {
  readonly dependsOn?: readonly Reference[];
  readonly sourceRef?: Reference;
  readonly chartRef?: Reference;
  readonly chart?: { readonly spec?: { readonly sourceRef?: Reference } };
}

/** dependenciesOf are the objects of its own kind that go first, by `spec.dependsOn`. */
export function dependenciesOf(object: KubernetesObject): Key[] {
  return (specOf(object).dependsOn ?? []).map(keyed(object));
}

/** sourcesOf are the sources that it fetches from, by its own specification. */
export function sourcesOf(object: KubernetesObject): Key[] {
  const { sourceRef, chartRef, chart } = specOf(object);
  const sources = [sourceRef, chartRef, chart?.spec?.sourceRef];
  return sources.filter((source) => source !== undefined).map(keyed(object));
}

function specOf({ spec }: KubernetesObject): Referring {
  return spec ?? {};
}

function keyed({ kind: own, metadata }: KubernetesObject) {
  return ({ kind = own, name, namespace = metadata.namespace }: Reference): Key =>
    keyFrom(kind, namespace, name);
}
