import { listManagedClusterUserCredentials } from "@pulumi/azure-native/containerservice/listManagedClusterUserCredentials.js";
import * as pulumi from "@pulumi/pulumi";

import { runError } from "../../run-error.ts";
import { connectionOf } from "../kubeconfig.ts";
import type { Endpoint } from "./kubeconfig.ts";

export interface EndpointQuery {
  readonly resourceGroupName: string;
  readonly resourceName: string;
}

/**
 * endpointOf asks Azure where a cluster answers and what certifies it. What Azure answers is a kubeconfig for people;
 * where local accounts are off it holds no credential, and nothing but these two is taken from it. Undefined in a
 * preview that may not ask.
 */
export async function endpointOf(
  query: EndpointQuery,
  opts: pulumi.InvokeOptions,
): Promise<Endpoint | undefined> {
  const { resourceGroupName: group, resourceName: name } = query;
  const next = `Run: az aks show --resource-group ${group} --name ${name} --output table`;
  try {
    const { kubeconfigs } = await listManagedClusterUserCredentials(
      { ...query, format: "exec" },
      opts,
    );
    const [first] = kubeconfigs;
    const content = Buffer.from(first?.value ?? "", "base64").toString();
    const { cluster } = connectionOf(content) ?? {};
    const { server, "certificate-authority-data": authority } = cluster ?? {};
    if (server !== undefined && authority !== undefined) return { server, authority };
    throw new Error("a kubeconfig without a server and its authority");
  } catch (error) {
    if (pulumi.runtime.isDryRun()) return undefined;
    const reason = error instanceof Error ? error.message : String(error);
    throw runError(`Azure must say where the cluster "${name}" answers, got: ${reason}. ${next}`);
  }
}
