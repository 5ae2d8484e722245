import { fluxNamespace } from "../../names.ts";
import type { Fields, Rule } from "../fields.ts";
import { readItems } from "../items.ts";
import { name, oneOf } from "../rules.ts";
import { distinct, resourceId } from "./rules.ts";
import type { AksGrant, AksIdentityConfig } from "./types.ts";

interface Default {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly resources: Rule<readonly string[]>;
}

/** A grant names what it is for: none is for a whole resource group or subscription. */
function ids(type: string, what: string): Rule<readonly string[]> {
  const list = distinct(resourceId(type, ""), `different ids of ${what}, with at least one`);
  return { ...list, parse: (value) => nonEmpty(list.parse(value)) };
}

function nonEmpty<T>(list: readonly T[] | undefined): readonly T[] | undefined {
  return list?.length === 0 ? undefined : list;
}

/** Whose identity it is when nothing else is said, and what the grant applies to. */
const defaults: Readonly<Record<AksGrant, Default>> = {
  secrets: {
    namespace: "external-secrets",
    serviceAccount: "external-secrets",
    resources: ids("Microsoft.KeyVault/vaults", "key vaults"),
  },
  metrics: {
    namespace: "azure-monitor",
    serviceAccount: "azure-monitor",
    resources: ids("Microsoft.Insights/dataCollectionRules", "data collection rules"),
  },
  decrypt: {
    namespace: fluxNamespace,
    serviceAccount: "kustomize-controller",
    resources: ids("Microsoft.KeyVault/vaults/keys", "keys of key vaults"),
  },
  pull: {
    namespace: fluxNamespace,
    serviceAccount: "source-controller",
    resources: ids("Microsoft.ContainerRegistry/registries", "container registries"),
  },
};

/** Azure takes no longer name of a managed identity. */
const longestName = 128;

/** clientIdVariable is the variable by which Git finds an identity. */
export function clientIdVariable(identity: string): string {
  return `${identity.toUpperCase().replaceAll("-", "_")}_CLIENT_ID`;
}

/** Reads the identities of what Flux runs. */
export function readIdentities(aks: Fields, cluster: string): readonly AksIdentityConfig[] {
  const list = {
    key: "identities",
    must: "be a list of identities {name, grant, namespace, serviceAccount, resources}",
    one: "identity",
  };
  const accounts = new Set<string>();
  return readItems(aks, list, (fields) => {
    const identity = readOne(fields, cluster);
    const account = `${identity.namespace}/${identity.serviceAccount}`;
    // A ServiceAccount bears the id of one identity.
    if (accounts.has(account)) {
      const fix = "Give it one of its own.";
      fields.note("serviceAccount", `be a ServiceAccount without another one (${account})`, fix);
    }
    accounts.add(account);
    return identity;
  });
}

function readOne(fields: Fields, cluster: string): AksIdentityConfig {
  const own = fields.required("name", name) ?? "";
  if (`${cluster}-${own}`.length > longestName) {
    fields.note("name", `be shorter: "${cluster}-NAME" names an identity`, "Choose another one.");
  }
  const grant =
    fields.required("grant", oneOf("secrets", "metrics", "decrypt", "pull")) ?? "secrets";
  const byDefault = defaults[grant];
  return {
    name: own,
    grant,
    namespace: fields.value("namespace", name, byDefault.namespace),
    serviceAccount: fields.value("serviceAccount", name, byDefault.serviceAccount),
    resources: fields.required("resources", byDefault.resources) ?? [],
  };
}
