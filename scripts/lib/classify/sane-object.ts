import type { Condition, KubernetesObject, ObjectMeta } from "../object.ts";
import { type Fields, fieldsOf, listOf, numberOf, textOf } from "./field.ts";

/**
 * saneObject is the object with the shape that its type promises: what has another type is dropped, so that judges need
 * not ask. Undefined when it has no kind or name. An object in order is returned as it is.
 */
export function saneObject(value: unknown): KubernetesObject | undefined {
  const fields = fieldsOf(value);
  const metadata = fieldsOf(fields["metadata"]);
  if (textOf(fields["kind"]) === "" || textOf(metadata["name"]) === "") return undefined;
  if (isSane(fields, metadata)) return value as KubernetesObject;
  return {
    ...fields,
    apiVersion: textOf(fields["apiVersion"]),
    kind: textOf(fields["kind"]),
    metadata: saneMetadata(metadata),
    spec: fieldsOf(fields["spec"]),
    status: saneStatus(fieldsOf(fields["status"])),
  };
}

const metadataTexts = ["namespace", "uid", "creationTimestamp", "deletionTimestamp"] as const;

function isSane({ apiVersion, spec, status }: Fields, metadata: Fields): boolean {
  const { conditions, inventory, history } = fieldsOf(status);
  return (
    typeof apiVersion === "string" &&
    isMetadata(metadata) &&
    isFields(spec) &&
    isFields(status) &&
    isListOf(conditions, isCondition) &&
    isFields(inventory) &&
    isListOf(fieldsOf(inventory)["entries"], isEntry) &&
    isListOf(history, (item) => fieldsOf(item) === item)
  );
}

function isMetadata({ labels, annotations, finalizers, ownerReferences, ...metadata }: Fields) {
  const { generation } = metadata;
  return (
    metadataTexts.every((name) => isText(metadata[name])) &&
    (generation === undefined || typeof generation === "number") &&
    isTexts(labels) &&
    isTexts(annotations) &&
    isListOf(finalizers, (item) => typeof item === "string") &&
    isListOf(ownerReferences, (item) => fieldsOf(item) === item)
  );
}

function isText(value: unknown): boolean {
  return value === undefined || typeof value === "string";
}

function isFields(value: unknown): boolean {
  return value === undefined || fieldsOf(value) === value;
}

function isTexts(value: unknown): boolean {
  return (
    isFields(value) && Object.values(fieldsOf(value)).every((item) => typeof item === "string")
  );
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return value === undefined || (Array.isArray(value) && value.every(isItem));
}

function isCondition(value: unknown): boolean {
  const { type, status, reason, message, lastTransitionTime, observedGeneration } = fieldsOf(value);
  return (
    typeof type === "string" &&
    typeof status === "string" &&
    [reason, message, lastTransitionTime].every(isText) &&
    (observedGeneration === undefined || typeof observedGeneration === "number")
  );
}

function isEntry(value: unknown): boolean {
  return typeof fieldsOf(value)["id"] === "string";
}

function saneMetadata(metadata: Fields): ObjectMeta {
  const generation = numberOf(metadata["generation"]);
  const texts = metadataTexts.flatMap((name) =>
    typeof metadata[name] === "string" ? [[name, metadata[name]] as const] : [],
  );
  return {
    name: textOf(metadata["name"]),
    ...Object.fromEntries(texts),
    ...(generation !== undefined && { generation }),
    labels: labelsOf(metadata["labels"]),
    annotations: labelsOf(metadata["annotations"]),
    finalizers: listOf(metadata["finalizers"]).filter((item) => typeof item === "string"),
    ownerReferences: listOf(metadata["ownerReferences"])
      .map(fieldsOf)
      .map(({ apiVersion, kind, name, uid }) => ({
        apiVersion: textOf(apiVersion),
        kind: textOf(kind),
        name: textOf(name),
        uid: textOf(uid),
      })),
  };
}

function labelsOf(value: unknown): Record<string, string> {
  const entries = Object.entries(fieldsOf(value));
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function saneStatus(status: Fields): Fields {
  return {
    ...status,
    conditions: listOf(status["conditions"]).flatMap(saneCondition),
    inventory: {
      entries: listOf(fieldsOf(status["inventory"])["entries"]).filter(isEntry),
    },
    history: listOf(status["history"]).map(fieldsOf),
  };
}

function saneCondition(value: unknown): Condition[] {
  const { type, status, reason, message, lastTransitionTime, observedGeneration } = fieldsOf(value);
  if (typeof type !== "string") return [];
  const known = status === "True" || status === "False" ? status : "Unknown";
  return [
    {
      type,
      status: known,
      ...(typeof reason === "string" && { reason }),
      ...(typeof message === "string" && { message }),
      ...(typeof lastTransitionTime === "string" && { lastTransitionTime }),
      ...(typeof observedGeneration === "number" && { observedGeneration }),
    },
  ];
}
