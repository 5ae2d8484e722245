import type { Permission } from "./permission.ts";

/** Rule is one rule of a Role or ClusterRole. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  /** @default every name */
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** StatedRule is a rule that no audit log can show to be needed, with its reason. */
export interface StatedRule extends Rule {
  /** The namespace in which it is enough to have it. @default all */
  readonly namespace?: string;
  readonly why: string;
}

/** allows tells whether the rule grants the permission, as the authorizer of Kubernetes decides. */
export function allows(rule: Rule & { readonly namespace?: string }, asked: Permission): boolean {
  const { apiGroups, resources, resourceNames, verbs, namespace } = rule;
  return (
    (namespace === undefined || namespace === asked.namespace) &&
    holds(verbs, asked.verb) &&
    holds(apiGroups, asked.group) &&
    (holds(resources, asked.resource) || holdsSubresource(resources, asked.resource)) &&
    (resourceNames === undefined ||
      (asked.name !== undefined && resourceNames.includes(asked.name)))
  );
}

function holds(granted: readonly string[], asked: string): boolean {
  return granted.includes("*") || granted.includes(asked);
}

/** A subresource of every kind is written with a star before the slash. */
function holdsSubresource(granted: readonly string[], asked: string): boolean {
  const [, subresource] = asked.split("/");
  return subresource !== undefined && granted.includes(`*/${subresource}`);
}
