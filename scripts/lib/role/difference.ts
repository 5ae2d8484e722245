import type { GeneratedRole } from "./generate.ts";
import { compareText } from "./order.ts";
import type { Rule } from "./rule.ts";

/**
 * difference is what one set of roles grants and the other does not, a line for each verb on each resource: `+` for what
 * only `after` grants, `-` for what only `before` does. Empty when they grant the same.
 */
export function difference(
  before: readonly GeneratedRole[],
  after: readonly GeneratedRole[],
): string[] {
  const [old, now] = [grantsOf(before), grantsOf(after)];
  const lines = [
    ...[...old].filter((grant) => !now.has(grant)).map((grant) => ({ sign: "-", grant })),
    ...[...now].filter((grant) => !old.has(grant)).map((grant) => ({ sign: "+", grant })),
  ];
  return lines
    .sort((a, b) => compareText(a.grant, b.grant) || compareText(a.sign, b.sign))
    .map(({ sign, grant }) => `${sign} ${grant}`);
}

/** `flux-bootstrap-up: patch fluxinstances.fluxcd.controlplane.io in flux-system`. */
function grantsOf(roles: readonly GeneratedRole[]): Set<string> {
  return new Set(
    roles.flatMap(({ name, cluster, namespaced }) => [
      ...cluster.flatMap((rule) => describeRule(name, rule, "")),
      ...Object.entries(namespaced).flatMap(([namespace, rules]) =>
        rules.flatMap((rule) => describeRule(name, rule, ` in ${namespace}`)),
      ),
    ]),
  );
}

function describeRule(
  role: string,
  { apiGroups, resources, resourceNames, verbs }: Rule,
  where: string,
): string[] {
  const names = resourceNames?.map((name) => ` ${name}`) ?? [""];
  return verbs.flatMap((verb) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        names.map((name) => {
          const qualified = group === "" ? resource : `${resource}.${group}`;
          return `${role}: ${verb} ${qualified}${name}${where}`;
        }),
      ),
    ),
  );
}
