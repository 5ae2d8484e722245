import { fluxNamespace } from "../../names.ts";
import type { Fields } from "../fields.ts";
import { readItems } from "../items.ts";
import { name, oneOf } from "../rules.ts";
import { resourceArns } from "./rules.ts";
import type { EksGrant, EksIdentityConfig } from "./types.ts";

interface Default {
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Whether the grant is for resources that have to be named. */
  readonly named: boolean;
}

/** Whose identity it is when nothing else is said. */
const defaults: Readonly<Record<EksGrant, Default>> = {
  secrets: { namespace: "external-secrets", serviceAccount: "external-secrets", named: true },
  parameters: { namespace: "external-secrets", serviceAccount: "external-secrets", named: true },
  logs: { namespace: "amazon-cloudwatch", serviceAccount: "cloudwatch-agent", named: false },
  decrypt: { namespace: fluxNamespace, serviceAccount: "kustomize-controller", named: true },
  pull: { namespace: fluxNamespace, serviceAccount: "source-controller", named: true },
};

/** IAM takes no longer name of a role. */
const longestRoleName = 64;

/** roleName is the name of a role of a cluster; IAM knows no regions, so that the name has to tell them apart. */
export function roleName(cluster: string, region: string, noun: string): string {
  return `${cluster}-${region}-${noun}`;
}

/** roleVariable is the variable by which Git finds the role of an identity. */
export function roleVariable(identity: string): string {
  return `${identity.toUpperCase().replaceAll("-", "_")}_ROLE_ARN`;
}

export interface Place {
  readonly cluster: string;
  readonly region: string;
}

/** Reads the identities of what Flux runs. */
export function readIdentities(eks: Fields, place: Place): readonly EksIdentityConfig[] {
  const list = {
    key: "identities",
    must: "be a list of identities {name, grant, namespace, serviceAccount, resources, by}",
    one: "identity",
  };
  const accounts = new Set<string>();
  return readItems(eks, list, (fields) => {
    const identity = readOne(fields, place);
    const account = `${identity.namespace}/${identity.serviceAccount}`;
    // A ServiceAccount has one role, however it gets it.
    if (accounts.has(account)) {
      const fix = "Give it one of its own, or let another policy grant both.";
      fields.note("serviceAccount", `be a ServiceAccount without another role (${account})`, fix);
    }
    accounts.add(account);
    return identity;
  });
}

function readOne(fields: Fields, { cluster, region }: Place): EksIdentityConfig {
  const own = fields.required("name", name) ?? "";
  const length = roleName(cluster, region, own).length;
  if (length > longestRoleName) {
    const must = `be ${length - longestRoleName} shorter: "${cluster}-${region}-NAME" names a role`;
    fields.note("name", must, "Choose a shorter one.");
  }
  const grant =
    fields.required("grant", oneOf("secrets", "parameters", "logs", "decrypt", "pull")) ?? "logs";
  const { namespace, serviceAccount, named } = defaults[grant];
  if (!named) fields.absent("resources", `when grant is "${grant}", which has none`);
  return {
    name: own,
    grant,
    namespace: fields.value("namespace", name, namespace),
    serviceAccount: fields.value("serviceAccount", name, serviceAccount),
    resources: named ? (fields.required("resources", resourceArns) ?? []) : [],
    by: fields.value("by", oneOf("podIdentity", "irsa"), "podIdentity"),
  };
}
