import { isDeepStrictEqual } from "node:util";

import { diff, keepIgnored } from "../../../embedded/command-plugin/diff.ts";
import type { Properties } from "../../../embedded/plugin/properties.ts";
import { aws } from "../../../embedded/clouds/aws/definition.ts";
import { azure } from "../../../embedded/clouds/azure/definition.ts";
import { cloudDiff } from "../../../embedded/clouds/replacement.ts";
import { type MockEngine, optionsOf, plain } from "../../support/mocks.ts";

/** What an engine would do with one resource. */
export type Effect = "create" | "update" | "replace" | "delete";

/** Effects by the resource's name; what stays as it is is not in it. */
export type Effects = Readonly<Record<string, Effect>>;

interface Resource {
  readonly type: string;
  readonly inputs: Properties;
  /** The inputs whose changes count for nothing. */
  readonly ignored: readonly string[];
  /** The inputs whose changes replace it besides those that its provider says. */
  readonly replacing: readonly string[];
}

/** What a program registered, by name; components are not in it, since nothing happens to them. */
export type Registration = ReadonlyMap<string, Resource>;

export function registrationOf(engine: MockEngine): Registration {
  const resources = engine.registered.filter(({ type }) => !type.startsWith("flux-bootstrap:"));
  return new Map(
    resources.map(({ name, type, inputs }) => [
      name,
      {
        type,
        inputs: plain(inputs) as Properties,
        ignored: optionsOf(name)?.ignoreChanges ?? [],
        replacing: optionsOf(name)?.replaceOnChanges ?? [],
      },
    ]),
  );
}

/** effectsOf is what an `up` with the second registration does to a stack that is up with the first. */
export function effectsOf(before: Registration, after: Registration): Effects {
  const provider = after.get("kubernetes");
  const replaced = effectOf(before.get("kubernetes"), provider) === "replace";
  const found = [...new Set([...before.keys(), ...after.keys()])].map((name) => {
    const [old, next] = [before.get(name), after.get(name)];
    const follows = replaced && next?.type.startsWith("kubernetes:") === true;
    return [name, follows ? "replace" : effectOf(old, next, provider)] as const;
  });
  const changed = found.filter(([, effect]) => effect !== undefined);
  return Object.fromEntries(changed.toSorted(([a], [b]) => a.localeCompare(b))) as Effects;
}

function effectOf(old?: Resource, next?: Resource, provider?: Resource): Effect | undefined {
  if (old === undefined) return "create";
  if (next === undefined) return "delete";
  const inputs = keepIgnored(next.inputs, old.inputs, next.ignored);
  if (isDeepStrictEqual(old.inputs, inputs)) return undefined;
  if (next.type === "command:local:Command") return commandEffect(old.inputs, inputs);
  if (/^(aws|azure-native):/.test(next.type)) return cloudEffect(old, { ...next, inputs });
  const replacing = replacingPaths(next.type, provider);
  const same = (path: string) => isDeepStrictEqual(at(old.inputs, path), at(inputs, path));
  return replacing.every(same) ? "update" : "replace";
}

function cloudEffect(old: Resource, next: Resource): Effect {
  const type = { ...aws.types, ...azure.types }[next.type];
  if (type === undefined) throw new Error(`nobody says when ${next.type} is replaced`);
  const { changes } = cloudDiff(type, old.inputs, next.inputs);
  const isAsked = (path: string) =>
    next.replacing.some((asked) => path === asked || path.startsWith(`${asked}.`));
  const replaces = [...changes].some(([path, kind]) => kind.endsWith("_REPLACE") || isAsked(path));
  return replaces ? "replace" : "update";
}

/** A trigger replaces, and a replacement runs `create` and then the old `delete`. */
function commandEffect(old: Properties, next: Properties): Effect {
  const changed = [...diff(old, next).keys()];
  return changed.some((path) => path.startsWith("triggers")) ? "replace" : "update";
}

/** The inputs for which the Kubernetes provider, at its pinned version, replaces an object. */
function replacingPaths(type: string, provider: Resource | undefined): readonly string[] {
  if (type === "pulumi:providers:kubernetes") return ["clusterIdentifier"];
  if (type === "kubernetes:helm.sh/v3:Release") return ["name", "namespace"];
  const named = ["apiVersion", "kind", "metadata.name", "metadata.namespace"];
  const isMutable = (option: string) => provider?.inputs[option] === "true";
  if (type === "kubernetes:core/v1:Secret" && !isMutable("enableSecretMutable")) {
    return [...named, "type", "data", "stringData"];
  }
  if (type === "kubernetes:core/v1:ConfigMap" && !isMutable("enableConfigMapMutable")) {
    return [...named, "data", "binaryData"];
  }
  return named;
}

function at(inputs: Properties, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => {
    return typeof value === "object" && value !== null
      ? (value as Readonly<Record<string, unknown>>)[key]
      : undefined;
  }, inputs);
}
