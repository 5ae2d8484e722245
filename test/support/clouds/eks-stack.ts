import { readAccount } from "../../../embedded/clouds/account.ts";
import { defaultLogins } from "../../../embedded/clouds/settings.ts";
import type { Settings } from "../stack-file.ts";
import { CloudGround } from "./cloud-ground.ts";
import { CloudStack } from "./cloud-stack.ts";

/** Of the only cluster that the stack makes. */
export const name = "cloud-eks";

const eks = {
  region: "eu-central-1",
  version: "1.34",
  admins: [defaultLogins.aws.principal],
  network: { nat: "single" },
};

/** The setting `cluster`, with other values of EKS. */
export const clusterWith = (more: Settings) => ({ kind: "eks", name, eks: { ...eks, ...more } });

/** What is in the account, by type; a key stays for the days of its window. */
export function left(): string[] {
  const types = readAccount("aws")
    .all()
    .map(({ type }) => type);
  return types.filter((type) => type !== "kms:pending-deletion");
}

/** A stack that waits for all of its repository. Close the stack first, then the ground. */
export async function openStack(more: Settings = {}) {
  const ground = await CloudGround.open();
  const stack = await CloudStack.make(
    { cloud: "aws", stack: "eks", cluster: name },
    {
      cluster: clusterWith(more),
      sync: { url: ground.url, path: "./cluster" },
      drain: { volumes: "delete" },
      postBootstrap: { required: "all" },
    },
  );
  return { ground, stack };
}
