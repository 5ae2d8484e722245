import type { KubernetesObject } from "../../../scripts/lib/object.ts";
import type { Places } from "./manifest.ts";

/** Fields of metadata that no reader of a fixture needs. */
const metadataFields = ["managedFields", "resourceVersion", "selfLink"];
/** Of a pod or its template only the containers' names, images and arguments decide anything, and where it may run. */
const podFields = ["containers", "initContainers", "nodeName", "nodeSelector", "restartPolicy"];
const containerFields = ["name", "image", "args"];

type Json = Record<string, unknown>;

/**
 * lean makes objects fit to be kept: without what differs from run to run (addresses, UIDs, versions) and without the parts
 * of pods that tell nothing of a state. `uids` tells the UIDs of one file from those of another that is read with it.
 */
export function lean(
  objects: readonly KubernetesObject[],
  { registry, git }: Places,
  uids = "8000",
): KubernetesObject[] {
  const text = JSON.stringify(objects.map(leanObject))
    .replaceAll(registry, "registry.example.com")
    .replaceAll(git, "http://git.example.com")
    .replaceAll(new URL(git).host, "git.example.com")
    // Volumes of a pod are directories of this machine, which the pod sees elsewhere.
    .replaceAll(/[^ '"\\]*\/pods\/[^/]+\/volumes\/data\//g, "/data/")
    .replaceAll(/[^ '"\\]*\/pods\/[^/]+\/volumes\/[^/]+\//g, "/tmp/")
    .replaceAll(/127\.0\.0\.\d+(:\d+)?|\[::1\]:\d+/g, "192.0.2.1");
  return JSON.parse(withStableUids(text, uids)) as KubernetesObject[];
}

function leanObject(object: KubernetesObject): Json {
  const { metadata, spec } = object;
  const kept = Object.entries(metadata).filter(([field]) => !metadataFields.includes(field));
  return {
    ...object,
    metadata: Object.fromEntries(kept),
    ...(spec !== undefined && { spec: leanSpec(object.kind, spec as Json) }),
  };
}

function leanSpec(kind: string, spec: Json): Json {
  if (kind === "Pod") return leanPod(spec);
  const template = spec["template"] as { spec?: Json } | undefined;
  if (template?.spec === undefined) return spec;
  return { ...spec, template: { ...template, spec: leanPod(template.spec) } };
}

function leanPod(spec: Json): Json {
  const kept = pick(spec, podFields);
  for (const field of ["containers", "initContainers"]) {
    const containers = kept[field] as Json[] | undefined;
    if (containers !== undefined) kept[field] = containers.map((one) => pick(one, containerFields));
  }
  return kept;
}

function pick(object: Json, fields: readonly string[]): Json {
  return Object.fromEntries(Object.entries(object).filter(([field]) => fields.includes(field)));
}

/** Each UID becomes a number in the order of appearance. */
function withStableUids(text: string, series: string): string {
  const known = new Map<string, string>();
  return text.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (uid) => {
    const stable = known.get(uid) ?? String(known.size + 1).padStart(12, "0");
    known.set(uid, stable);
    return `00000000-0000-4000-${series}-${stable}`;
  });
}
