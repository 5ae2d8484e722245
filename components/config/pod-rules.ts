import { isObject, type Rule } from "./fields.ts";
import { listOf, mapOf } from "./rules.ts";
import type { ResourceAmounts, Texts, Toleration } from "./flux-types.ts";

/** Variables of a container. */
export const variables = mapOf(/^[A-Za-z_][\w.-]*$/, "be a map of variable names to texts");

const labelKey = /^([a-z0-9]([-.a-z0-9]*[a-z0-9])?\/)?[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/;
const labelValue = /^([A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)?$/;

/** Labels, which have short values of few characters. */
export const labels: Rule<Texts> = {
  must: "be a map of label keys to label values",
  parse: (value) => {
    const parsed = annotations.parse(value);
    const good = parsed && Object.values(parsed).every((text) => labelValue.test(text));
    return good === true ? parsed : undefined;
  },
};

/** Annotations, whose values are any text. */
export const annotations = mapOf(labelKey, "be a map of annotation keys to texts");

const operators = ["Exists", "Equal"];
const effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

const tolerationFields: Readonly<Record<keyof Toleration, (value: unknown) => boolean>> = {
  key: (value) => typeof value === "string" && labelKey.test(value),
  operator: (value) => operators.includes(String(value)),
  value: (value) => typeof value === "string" && labelValue.test(value),
  effect: (value) => effects.includes(String(value)),
  tolerationSeconds: (value) => Number.isInteger(value),
};

function toleration(value: unknown): Toleration | undefined {
  if (!isObject(value)) return undefined;
  const fields = new Map<string, (value: unknown) => boolean>(Object.entries(tolerationFields));
  const known = Object.entries(value).every(([key, item]) => fields.get(key)?.(item) === true);
  // Kubernetes takes a toleration without a key for all keys, and only with that operator.
  const complete = value["key"] !== undefined || value["operator"] === "Exists";
  return known && complete ? value : undefined;
}

export const tolerations: Rule<readonly Toleration[]> = listOf(
  { must: "", parse: toleration },
  `tolerations {${Object.keys(tolerationFields).join(", ")}}`,
);

const affinities = new Set(["nodeAffinity", "podAffinity", "podAntiAffinity"]);

export const affinity: Rule<object> = {
  must: `be an object {${[...affinities].join(", ")}}`,
  parse: (value) =>
    isObject(value) &&
    Object.entries(value).every(([k, item]) => affinities.has(k) && isObject(item))
      ? value
      : undefined,
};

const amount = /^\d+(\.\d+)?(m|[kMGTPE]i?)?$/;

/** Requests and limits; a number of the file is the text that Kubernetes makes of it. */
export const resources: Rule<ResourceAmounts> = {
  must: "be an object {requests, limits} of amounts such as {cpu: 500m, memory: 1Gi}",
  parse: (value) => {
    if (!isObject(value)) return undefined;
    const parsed = Object.entries(value).map(([kind, of]) => [kind, amounts(of)] as const);
    const good = parsed.every(
      ([kind, of]) => ["requests", "limits"].includes(kind) && of !== undefined,
    );
    return good ? Object.fromEntries(parsed) : undefined;
  },
};

function amounts(value: unknown): Texts | undefined {
  if (!isObject(value)) return undefined;
  const texts = Object.entries(value).map(([name, of]) => [name, String(of)] as const);
  return texts.every(([, text]) => amount.test(text)) ? Object.fromEntries(texts) : undefined;
}
