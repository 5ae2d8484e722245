import { Lease } from "../kinds.ts";
import type { KubernetesObject } from "../object.ts";

type Json = Readonly<Record<string, unknown>>;

/** By kind, the fields that may hold a password by their nature, and that no diagnosis reads. */
const secretFields: Readonly<Record<string, readonly string[]>> = {
  HelmRelease: ["spec.values", "spec.postRenderers"],
  Kustomization: ["spec.postBuild.substitute", "spec.patches"],
  FluxInstance: ["spec.kustomize.patches"],
  ResourceSet: ["spec.inputs", "spec.resources", "spec.resourcesTemplate"],
  ResourceSetInputProvider: ["spec.defaultValues", "status.exportedInputs"],
};

/**
 * withoutSecrets is a copy of the object without what a flight recorder must not keep: chart values, substitutions,
 * patches, rendered objects and the values of environment variables.
 */
export function withoutSecrets(object: KubernetesObject): KubernetesObject {
  const fields = secretFields[object.kind] ?? [];
  const kept = fields.reduce<unknown>((from, field) => without(from, field.split(".")), object);
  return withoutValues(kept) as KubernetesObject;
}

function without(from: unknown, [field = "", ...rest]: readonly string[]): unknown {
  if (!isJson(from) || !(field in from)) return from;
  if (rest.length > 0) return { ...from, [field]: without(from[field], rest) };
  return Object.fromEntries(Object.entries(from).filter(([name]) => name !== field));
}

function withoutValues(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutValues);
  if (!isJson(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      name === "env" && Array.isArray(item) ? item.map(withoutValue) : withoutValues(item),
    ]),
  );
}

function withoutValue(variable: unknown): unknown {
  return without(variable, ["value"]);
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Of a time in ISO 8601, as much as stays the same for ten seconds. */
const tenSeconds = "2026-01-01T00:00:0".length;

/** identityOf is equal for two states of an object between which nothing worth a record happened. */
export function identityOf(object: KubernetesObject): string {
  const metadata = without(object.metadata, ["resourceVersion"]);
  if (object.kind !== Lease.kind) return JSON.stringify({ ...object, metadata });
  const { renewTime } = (object.spec ?? {}) as { readonly renewTime?: unknown };
  const renewed = typeof renewTime === "string" ? renewTime.slice(0, tenSeconds) : "";
  return JSON.stringify({
    ...object,
    metadata,
    spec: { ...(without(object.spec, ["renewTime"]) as Json), renewed },
  });
}
