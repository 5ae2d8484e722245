import type { Snapshot, Unread } from "../classify/snapshot.ts";
import { defaultFluxNamespace } from "../connection.ts";
import { InputError } from "../environment.ts";
import { ConfigMap, FluxInstance, type Resource, Secret } from "../kinds.ts";
import type { KubernetesObject } from "../object.ts";
import { type Key, keyOf } from "../tree/owner.ts";
import { newestTime } from "./dump-clock.ts";
import { readJson } from "./json-text.ts";
import { fleetKinds } from "./kinds.ts";
import { lean } from "./lean.ts";
import { readYaml } from "./yaml-text.ts";

export interface DumpOptions {
  /** @default where the dump shows Flux's controllers, else `flux-system` */
  readonly fluxNamespace?: string;
  /** When the dump was made, in milliseconds since the epoch. @default the newest time in it */
  readonly at?: number;
}

const makeOne =
  "Make one with: kubectl get gitrepositories,ocirepositories,helmrepositories,helmcharts,kustomizations,helmreleases," +
  "namespaces,deployments,pods,events -A -o json";

/** What a text holds. */
interface Content {
  readonly values: readonly unknown[];
  readonly limits: readonly string[];
  readonly cut: boolean;
}

/**
 * readDump reads what `kubectl get … -o json` or `-o yaml` printed: a list, one object, or several of them one behind the
 * other. Of a dump that is cut it takes what is whole, and says so in `limits`. A kind that is not in the dump is unread,
 * not absent. Secrets and ConfigMaps are passed over. Throws InputError when no object in it is whole.
 */
export function readDump(dump: string | Uint8Array, options: DumpOptions = {}): Snapshot {
  const text = (typeof dump === "string" ? dump : decode(dump)).replace(/^\uFEFF/, "");
  const { values, limits, cut } = readText(text);
  const found = values.flatMap((value) => objectsIn(value));
  const all = new Map<Key, KubernetesObject>();
  for (const object of found) all.set(`${object.apiVersion} ${keyOf(object)}`, object);
  const objects = [...all.values()].filter(
    ({ kind }) => kind !== Secret.kind && kind !== ConfigMap.kind,
  );
  if (objects.length === 0) {
    throw new InputError([
      `the dump must hold at least one whole Kubernetes object, got ${sizeOf(text.length)} without any. ${makeOne}`,
    ]);
  }
  const at = options.at ?? newestTime(objects.filter(isOfFleet)) ?? Date.now();
  for (const object of objects) lean(object);
  return {
    at,
    objects,
    unread: unreadIn(objects, cut),
    answers: new Map(),
    fluxNamespace: options.fluxNamespace ?? fluxNamespaceIn(objects),
    logs: new Map(),
    limits,
  };
}

/** What Windows PowerShell redirects to a file is UTF-16. */
function decode(dump: Uint8Array): string {
  const isUtf16 = dump[0] === 0xff && dump[1] === 0xfe;
  return new TextDecoder(isUtf16 ? "utf-16le" : "utf-8").decode(dump);
}

function readText(text: string): Content {
  return /^\s*[{[]/.test(text) ? readJsonDump(text) : readYamlDump(text);
}

function readJsonDump(text: string): Content {
  const { values, cut, broken } = readJson(text);
  const limits = broken === 0 ? [] : [damagedText(broken)];
  if (cut === undefined) return { values, limits, cut: false };
  const { items, head, lost } = cut;
  const type = /"kind"\s*:\s*"(\w+List)"/.exec(head)?.[1];
  const apiVersion = /"apiVersion"\s*:\s*"([^"]+)"/.exec(head)?.[1];
  const list = { apiVersion, kind: type ?? "List", items };
  const cutText = `the dump is cut: its last ${sizeOf(lost)} are of an object that is not whole, and were left out`;
  return { values: [...values, list], limits: [...limits, cutText], cut: true };
}

function readYamlDump(text: string): Content {
  const { values, cut } = readYaml(text);
  const limits = cut ? ["the dump is cut: its last object may not be whole and was left out"] : [];
  return { values, limits, cut };
}

interface List {
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
  readonly items?: unknown;
}

/** The objects of a list, of lists in it, or the object itself. */
function objectsIn(value: unknown): KubernetesObject[] {
  if (Array.isArray(value)) return value.flatMap((item) => objectsIn(item));
  if (typeof value !== "object" || value === null) return [];
  const { apiVersion, kind, items } = value as List;
  if (!Array.isArray(items)) return isObject(value) ? [value] : [];
  // The items of what the API itself answers carry no type of their own.
  const type = typeof kind === "string" && kind !== "List" ? kind.replace(/List$/, "") : undefined;
  return (items as unknown[]).flatMap((item) =>
    typeof item === "object" && item !== null && type !== undefined
      ? objectsIn({ apiVersion, kind: type, ...item })
      : objectsIn(item),
  );
}

function isObject(value: object): value is KubernetesObject {
  const { apiVersion, kind, metadata } = value as Partial<Record<string, unknown>>;
  if (typeof apiVersion !== "string" || typeof kind !== "string") return false;
  const { name } = (metadata ?? {}) as { readonly name?: unknown };
  return typeof name === "string" && name !== "";
}

function isOfFleet({ kind }: KubernetesObject): boolean {
  return fleetKinds.some((resource) => resource.kind === kind);
}

function unreadIn(objects: readonly KubernetesObject[], cut: boolean): Unread[] {
  const there = new Set(objects.map(({ kind }) => kind));
  const last = cut ? objects.at(-1)?.kind : undefined;
  const unread = (resource: Resource, message: string): Unread => ({
    resource,
    why: "failed",
    message: `${resource.kind}: ${message}`,
  });
  return fleetKinds.flatMap((resource) => {
    if (!there.has(resource.kind)) return [unread(resource, "not in the dump")];
    return resource.kind === last ? [unread(resource, "the dump is cut among them")] : [];
  });
}

function fluxNamespaceIn(objects: readonly KubernetesObject[]): string {
  const flux = objects.find(
    ({ kind, metadata }) =>
      kind === FluxInstance.kind ||
      (kind === "Deployment" && /^(?:source|kustomize|helm)-controller$/.test(metadata.name)),
  );
  return flux?.metadata.namespace ?? defaultFluxNamespace;
}

function damagedText(count: number): string {
  return count === 1
    ? "1 object of the dump is damaged and was left out"
    : `${count} objects of the dump are damaged and were left out`;
}

function sizeOf(characters: number): string {
  return characters < 1024 ? `${characters} characters` : `${Math.round(characters / 1024)} KiB`;
}
