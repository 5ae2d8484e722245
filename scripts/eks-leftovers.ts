import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { awsLeftovers } from "./lib/leftovers.ts";
import { runScript } from "./lib/script.ts";

const run = promisify(execFile);
const boundMilliseconds = 60_000;
/** So many are enough to see what it is. */
const most = 30;

/**
 * Lists what the EKS cluster CLUSTER_NAME made in CLOUD_REGION and left there when it went, as seen with CLOUD_PROFILE if
 * that is set. It removes nothing and stops nothing: a network that cannot go for it says so itself.
 */
await runScript(async ({ environment, log }) => {
  const fix = "Run the script through pulumi, which sets it.";
  const cluster = environment.required("CLUSTER_NAME", fix);
  const region = environment.required("CLOUD_REGION", fix);
  const profile = environment.optional("CLOUD_PROFILE");
  environment.check();
  const words = ["--region", region, ...(profile === undefined ? [] : ["--profile", profile])];
  const ask = async (more: readonly string[]) =>
    (await run("aws", [...words, ...more], { timeout: boundMilliseconds })).stdout;
  try {
    const left = await awsLeftovers(ask, cluster);
    if (left.length === 0) log.done(`nothing is left in AWS that bears the name of ${cluster}`);
    else log.fail(`the cluster ${cluster} left in AWS: ${left.length}`);
    for (const arn of left.slice(0, most)) log.line(`  ${arn}`);
    if (left.length > 0) log.line("A load balancer or network interface keeps its VPC from going.");
    return { left };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const reason = text.trim().split("\n").at(-1) ?? "";
    log.fail(`what the cluster ${cluster} left in AWS is not known: ${reason}`);
    log.line(
      `Next: aws ${words.join(" ")} resourcegroupstaggingapi get-resources --tag-filters Key=kubernetes.io/cluster/${cluster}`,
    );
    return { unknown: true };
  }
});
