import type { AuditedRequest } from "./audited-request.ts";
import { compareText, groupBy, inOrder } from "./order.ts";
import { handedOn } from "./handed-on.ts";
import { type Permission, permissionsOf } from "./permission.ts";
import { allows, type Rule, type StatedRule } from "./rule.ts";

/** What a role is made of besides what was seen. */
export interface RoleOptions {
  readonly name: string;
  /** Namespaces that every run uses. Rights that are used in them alone go into a Role there. */
  readonly namespaces: readonly string[];
  /** Names without a namespace that every run uses. Rights on any other are rights on all of its kind. */
  readonly names: readonly string[];
  readonly stated: readonly StatedRule[];
}

/** GeneratedRole is a ClusterRole and the Roles that go with it, all of one name. */
export interface GeneratedRole {
  readonly name: string;
  readonly cluster: readonly Rule[];
  /** By namespace. */
  readonly namespaced: Readonly<Record<string, readonly Rule[]>>;
}

const reading: readonly string[] = ["get", "list", "watch"];
const handingOn =
  "goes into the roles and bindings that it writes: nobody hands on what they do not hold";

/**
 * generateRole is the least that lets a user make these requests again, joined with the rules that are stated. The order
 * of the requests, and how often each was made, do not matter. Who may list a kind may get and watch it too: that shows
 * no more of it, and which of them a run does depends on what it finds.
 */
export function generateRole(
  requests: readonly AuditedRequest[],
  options: RoleOptions,
): GeneratedRole {
  const stated = options.stated.map((rule) => ({ rule, namespace: rule.namespace }));
  const asked = requests.flatMap((request) => permissionsOf(request));
  const seen = [...stated, ...placedRules(without(asked, stated), options)];
  const passed = requests.flatMap((request) => handedOn(request));
  const held = placedRules(without(passed, seen), options).map(({ rule, namespace }) => ({
    rule: { ...rule, why: handingOn },
    namespace,
  }));
  const at = (scope: string | undefined) =>
    [...seen, ...held].filter(({ namespace }) => namespace === scope).map(({ rule }) => rule);
  const used = options.namespaces.map((namespace) => [namespace, at(namespace)] as const);
  return {
    name: options.name,
    cluster: at(undefined),
    namespaced: Object.fromEntries(used.filter(([, rules]) => rules.length > 0)),
  };
}

/** A rule of a ClusterRole, or of a Role in the namespace. */
interface Placed {
  readonly rule: Rule;
  readonly namespace: string | undefined;
}

function without(asked: readonly Permission[], rules: readonly Placed[]): Permission[] {
  return asked.filter(
    (permission) => !rules.some(({ rule, namespace }) => isAllowed(rule, namespace, permission)),
  );
}

function isAllowed(rule: Rule, namespace: string | undefined, permission: Permission): boolean {
  return (
    (namespace === undefined || namespace === permission.namespace) && allows(rule, permission)
  );
}

/** One verb on one resource, somewhere. */
interface Grant extends Omit<Permission, "name"> {
  /** Undefined for every name. */
  readonly names: readonly string[] | undefined;
}

function placedRules(asked: readonly Permission[], options: RoleOptions): Placed[] {
  const bySubject = groupBy(asked, ({ verb, group, resource }) => `${verb} ${group} ${resource}`);
  const grants = widened(bySubject.flatMap((same) => grantsOf(same, options)));
  return groupBy(grants, ({ namespace = "" }) => namespace).flatMap((same) =>
    mergeGrants(same).map((rule) => ({ rule, namespace: same[0]?.namespace })),
  );
}

/** Where one verb on one resource has to be granted: everywhere, or in the namespaces that every run uses. */
function grantsOf(
  same: readonly Permission[],
  { namespaces, names }: Pick<RoleOptions, "namespaces" | "names">,
): Grant[] {
  const places = new Map(same.map((permission) => [permission.namespace, permission]));
  const isKnown = [...places.keys()].every((namespace) => namespaces.includes(namespace ?? ""));
  if (isKnown) return [...places.values()].map((place) => ({ ...place, names: undefined }));
  const used = same.map(({ name }) => name ?? "");
  const fixed = used.every((name) => names.includes(name)) ? inOrder(used) : undefined;
  return same.slice(0, 1).map((first) => ({ ...first, namespace: undefined, names: fixed }));
}

/** Listing and watching become all of reading; what is granted for more places or names is not granted again. */
function widened(grants: readonly Grant[]): Grant[] {
  const wide = grants.flatMap((grant) =>
    grant.verb !== "list" && grant.verb !== "watch"
      ? [grant]
      : reading.map((verb) => ({ ...grant, verb })),
  );
  return wide.filter(
    (grant) => !wide.some((other) => isSameVerb(grant, other) && isWider(other, grant)),
  );
}

function isSameVerb(one: Grant, other: Grant): boolean {
  return one.verb === other.verb && one.group === other.group && one.resource === other.resource;
}

function isWider(one: Grant, other: Grant): boolean {
  const inMorePlaces = one.namespace === undefined && other.namespace !== undefined;
  const ofMoreNames = one.names === undefined && other.names !== undefined;
  return one.names === undefined && one.namespace === undefined && (inMorePlaces || ofMoreNames);
}

/** Verbs of one resource become one rule, and so do the resources of a group that have the same verbs. */
function mergeGrants(grants: readonly Grant[]): Rule[] {
  const namesOf = ({ names = ["*"] }: Pick<Grant, "names">) => names.join(",");
  const resources = groupBy(
    grants,
    (grant) => `${grant.group} ${grant.resource} ${namesOf(grant)}`,
  ).flatMap((same) => {
    const verbs = inOrder(same.map(({ verb }) => verb));
    return same
      .slice(0, 1)
      .map(({ group, resource, names }) => ({ group, resource, names, verbs }));
  });
  const rules = groupBy(
    resources,
    (one) => `${one.group} ${namesOf(one)} ${one.verbs.join(",")}`,
  ).flatMap((same) =>
    same.slice(0, 1).map(({ group, names, verbs }): Rule => {
      const plurals = inOrder(same.map(({ resource }) => resource));
      const rest = names === undefined ? {} : { resourceNames: names };
      return { apiGroups: [group], resources: plurals, ...rest, verbs };
    }),
  );
  return rules.sort((a, b) => compareText(placeOf(a), placeOf(b)));
}

/** By group, then resource, then name; a space comes before every letter. */
function placeOf({ apiGroups, resources, resourceNames = [], verbs }: Rule): string {
  return [apiGroups, resources, resourceNames, verbs].map((words) => words.join(" ")).join(" ");
}
