import { similar } from "../similar.ts";
import type { Cluster } from "../cluster.ts";
import { Failure } from "../failure.ts";
import {
  Bucket,
  GitRepository,
  HelmChart,
  HelmRelease,
  HelmRepository,
  ImageRepository,
  ImageUpdateAutomation,
  Kustomization,
  OCIRepository,
  Receiver,
  type Resource,
} from "../kinds.ts";
import { displayName, type KubernetesObject, type Reference } from "../object.ts";
import type { Input } from "./input.ts";

/** Target is an object that a person named; without a kind it may be any of `kinds`. */
export interface Target {
  /** As it was typed. */
  readonly text: string;
  readonly kinds: readonly Resource[];
  readonly namespace: string;
  readonly name: string;
}

/** Found is an object that exists. */
export interface Found {
  readonly reference: Reference;
  readonly object: KubernetesObject;
}

/** The kinds that a person may name, each with the short words for it. */
const words: readonly (readonly [Resource, ...string[]])[] = [
  [Kustomization, "ks"],
  [HelmRelease, "hr"],
  [GitRepository, "gitrepo"],
  [OCIRepository, "ocirepo"],
  [HelmRepository, "helmrepo"],
  [HelmChart, "hc"],
  [Bucket],
  [ImageRepository, "imagerepo"],
  [ImageUpdateAutomation, "iua"],
  [Receiver],
];

/** Every kind that can be suspended and asked to reconcile. */
export const targetKinds: readonly Resource[] = words.map(([resource]) => resource);

const part = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;
const form = "kind/namespace/name or namespace/name";

/** readTargets reads names such as `HelmRelease/shop/cart`, `hr/shop/cart` or `shop/cart`; each problem is recorded. */
export function readTargets(
  input: Input,
  names: readonly string[],
  kinds: readonly Resource[] = targetKinds,
): Target[] {
  return [...new Set(names)].flatMap((text) => {
    const target = parseTarget(text, kinds);
    if (typeof target !== "string") return [target];
    input.problem(target);
    return [];
  });
}

/** parseTarget is the target, or the problem with the text. */
export function parseTarget(text: string, kinds: readonly Resource[]): Target | string {
  const [name = "", namespace, word, ...rest] = text.split("/").reverse();
  if (namespace === undefined || rest.length > 0) {
    const example = namespace === undefined ? `flux-system/${name}` : "HelmRelease/shop/cart";
    return `a name must be ${form}, got "${text}". Such as: ${example}`;
  }
  if (!part.test(name) || !part.test(namespace)) {
    return (
      `a name must hold lower-case letters, digits, dashes and dots, got "${text}". ` +
      "See what there is with: npm run fleet -- status"
    );
  }
  if (word === undefined) return { text, kinds, namespace, name };
  const kind = kindOf(word);
  if (kind !== undefined && kinds.includes(kind)) return { text, kinds: [kind], namespace, name };
  return kindProblem(word, kinds);
}

function kindProblem(word: string, kinds: readonly Resource[]): string {
  const known = kinds.map(({ kind }) => kind);
  const meant = similar(word, [...known, ...kinds.map(({ plural }) => plural)]);
  const hint = meant === undefined ? "Leave it out for any kind." : `Did you mean ${meant}?`;
  return `the kind must be one of ${known.join(", ")}, got "${word}". ${hint}`;
}

function kindOf(word: string): Resource | undefined {
  const wanted = word.toLowerCase();
  return words.find(([{ kind, plural }, ...short]) =>
    [kind.toLowerCase(), plural, ...short].includes(wanted),
  )?.[0];
}

/**
 * findTarget reads the object that the target names. Rejects with a Failure when there is none, with the name of one
 * that is written alike, or more than one.
 */
export async function findTarget(cluster: Cluster, target: Target): Promise<Found> {
  const { kinds, name, namespace, text } = target;
  const answers = await Promise.allSettled(
    kinds.map(async (resource) => read(cluster, { resource, name, namespace })),
  );
  const found = answers.flatMap((answer) =>
    answer.status === "fulfilled" && answer.value !== undefined ? [answer.value] : [],
  );
  const [only, ...others] = found;
  if (only === undefined) {
    // A kind that may not be read matters only when no other has the name.
    const failed = answers.find((answer) => answer.status === "rejected");
    throw failed?.reason ?? (await notFound(cluster, target));
  }
  if (others.length === 0) return only;
  const keys = found.map(({ reference }) => displayName(reference));
  throw new Failure(
    `the name must mean one object, got "${text}", which is ${keys.join(" and ")}`,
    { details: ["Write the kind before it."] },
  );
}

async function read(cluster: Cluster, reference: Reference): Promise<Found | undefined> {
  const object = await cluster.get(reference);
  return object && { reference, object };
}

async function notFound(cluster: Cluster, { text, kinds, name, namespace }: Target) {
  const known = await alike(cluster, kinds);
  const wanted = `${namespace}/${name}`;
  const meant = similar(wanted, [...known.keys()]);
  const kind = kinds.length === 1 ? (kinds[0]?.kind ?? "object") : "object";
  return new Failure(`no ${kind} is named "${text.includes("/") ? wanted : text}"`, {
    ...(meant !== undefined && { details: [`Did you mean ${known.get(meant) ?? meant}?`] }),
    next: "npm run fleet -- status",
  });
}

/** What exists, by `namespace/name`; empty where it may not be listed. */
async function alike(cluster: Cluster, kinds: readonly Resource[]): Promise<Map<string, string>> {
  const lists = await Promise.allSettled(kinds.map((resource) => cluster.list(resource)));
  const objects = lists.flatMap((list) => (list.status === "fulfilled" ? list.value : []));
  return new Map(
    objects.map((object) => {
      const { namespace = "", name } = object.metadata;
      return [`${namespace}/${name}`, displayName(object)];
    }),
  );
}
