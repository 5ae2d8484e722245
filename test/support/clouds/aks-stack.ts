import assert from "node:assert/strict";

import { readAccount } from "../../../embedded/clouds/account.ts";
import { defaultLogins } from "../../../embedded/clouds/settings.ts";
import type { Settings } from "../stack-file.ts";
import { CloudGround } from "./cloud-ground.ts";
import { CloudStack } from "./cloud-stack.ts";

/** Of the only cluster that the stack makes. */
export const name = "cloud-aks";

const aks = {
  subscriptionId: "11111111-2222-4333-8444-555555555555",
  location: "westeurope",
  version: "1.34",
  admins: { users: [defaultLogins.azure.principal] },
};

/** The setting `cluster`, with other values of AKS. */
export const clusterWith = (more: Settings) => ({ kind: "aks", name, aks: { ...aks, ...more } });

/** What tells the cluster that is there from another one of its name. */
export function resourceUid(): unknown {
  const [cluster] = readAccount("azure").all("azure-native:containerservice:ManagedCluster");
  assert.ok(cluster, "no cluster");
  return cluster.properties["resourceUID"];
}

/** A stack that waits for all of its repository. Close the stack first, then the ground. */
export async function openStack() {
  const ground = await CloudGround.open();
  const stack = await CloudStack.make(
    { cloud: "azure", stack: "aks", cluster: name },
    {
      cluster: clusterWith({}),
      sync: { url: ground.url, path: "./cluster" },
      drain: { volumes: "delete" },
      postBootstrap: { required: "all" },
    },
  );
  return { ground, stack };
}
