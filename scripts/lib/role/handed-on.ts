import { type AuditedRequest, isDryRun } from "./audited-request.ts";
import type { Permission } from "./permission.ts";

interface RoleBody {
  readonly rules?: readonly {
    readonly apiGroups?: readonly string[];
    readonly resources?: readonly string[];
    readonly verbs: readonly string[];
  }[];
}

interface BindingBody {
  readonly roleRef?: { readonly kind: string; readonly name: string };
}

const group = "rbac.authorization.k8s.io";
const written: readonly string[] = ["create", "update", "patch"];

/**
 * handedOn is what a request that wrote rights takes besides its verb, because nobody hands on what they do not hold: each
 * right in a role that is made, or `bind` on the role that is bound. The body tells; throws when the audit level left it out.
 */
export function handedOn(request: AuditedRequest): Permission[] {
  const { verb, objectRef, requestObject: body } = request;
  if (objectRef?.apiGroup !== group || !written.includes(verb) || isDryRun(request)) return [];
  if (body === undefined) {
    throw new Error(
      `the audit log must hold the bodies of writes to ${group}, got none for ${verb} ` +
        `${objectRef.resource} ${objectRef.name ?? ""}. Give that group the level Request in the audit policy.`,
    );
  }
  const namespace = objectRef.namespace;
  return objectRef.resource.endsWith("bindings")
    ? bound(body as BindingBody, namespace)
    : held(body as RoleBody, namespace);
}

function bound({ roleRef }: BindingBody, namespace: string | undefined): Permission[] {
  if (roleRef === undefined) return [];
  const isCluster = roleRef.kind === "ClusterRole";
  return [
    {
      verb: "bind",
      group,
      resource: isCluster ? "clusterroles" : "roles",
      namespace: isCluster ? undefined : namespace,
      name: roleRef.name,
    },
  ];
}

function held({ rules = [] }: RoleBody, namespace: string | undefined): Permission[] {
  return rules.flatMap(({ apiGroups = [], resources = [], verbs }) =>
    apiGroups.flatMap((apiGroup) =>
      resources.flatMap((resource) =>
        verbs.map((verb) => ({ verb, group: apiGroup, resource, namespace, name: undefined })),
      ),
    ),
  );
}
