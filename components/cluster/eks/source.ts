import * as aws from "@pulumi/aws/provider.js";
import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity.js";
import * as pulumi from "@pulumi/pulumi";

import type { EksClusterConfig, EksConfig } from "../../config/eks/types.ts";
import { runError } from "../../run-error.ts";
import { onceReady } from "../ready.ts";
import type { ClusterSource } from "../source.ts";
import { fluxAccounts } from "./accounts.ts";
import { callerProblem } from "./caller.ts";
import { cliProblem } from "./cli.ts";
import { EksCluster, tagsOf } from "./eks-cluster.ts";
import { kubeconfigOf } from "./kubeconfig.ts";

/** A new endpoint and the rights on it are there within seconds to a few minutes of the cluster. */
const readyTimeout = "10m";

/**
 * eksSource makes the cluster, or finds it as it is recorded. Before an `up` makes anything, the AWS CLI has to be there
 * and whoever runs it has to be one who may log in to the cluster. A preview does without both.
 */
export async function eksSource(
  { name, eks }: EksClusterConfig,
  { protect }: { readonly protect: boolean },
): Promise<ClusterSource> {
  const isUp = !pulumi.runtime.isDryRun();
  const absent = isUp ? await cliProblem() : undefined;
  if (absent !== undefined) throw runError(absent);
  const provider = awsProvider(name, eks);
  const { accountId: account, arn } = await getCallerIdentity({}, { provider });
  const stranger = isUp ? callerProblem({ account, arn }, eks.admins) : undefined;
  if (stranger !== undefined) throw runError(stranger);
  const made = new EksCluster("cluster", { name, eks, account, protect }, { provider });
  const { cluster } = made.controlPlane;
  const kubeconfig = pulumi
    .all([cluster.endpoint, cluster.certificateAuthority, made.access.map(({ urn }) => urn)])
    .apply(([server, authority]) => kubeconfigOf(name, eks, { server, authority: authority.data }));
  const describe = `${awsCommand(eks)} eks describe-cluster --name ${name}`;
  const incarnation = cluster.endpoint;
  return {
    kubeconfig: onceReady({ kubeconfig, incarnation, timeout: readyTimeout, next: describe }),
    context: undefined,
    access: `${awsCommand(eks)} eks update-kubeconfig --name ${name}${roleOption(eks)}`,
    unreachableFix: unreachableFix(eks, describe),
    loginFix: `Log in to AWS again, then try: ${awsCommand(eks)} sts get-caller-identity`,
    previewNote: "the cluster does not answer: this preview compares with the state only",
    supplies: {
      runtimeInfo: {
        AWS_REGION: eks.region,
        AWS_ACCOUNT_ID: account,
        AWS_VPC_ID: made.vpcId,
        ...made.identityArns,
      },
      accounts: fluxAccounts(eks.identities, made.identityArns),
    },
    own: { resource: cluster, incarnation, before: made.before },
  };
}

/** Nothing of the machine's own configuration decides in which region or account anything is made. */
function awsProvider(name: string, eks: EksConfig) {
  const { region, account, profile, roleArn } = eks;
  return new aws.Provider("aws", {
    region,
    ...(account !== undefined && { allowedAccountIds: [account] }),
    ...(profile !== undefined && { profile }),
    ...(roleArn !== undefined && { assumeRoles: [{ roleArn, sessionName: "flux-bootstrap" }] }),
    defaultTags: { tags: tagsOf({ name, eks }) },
  });
}

function awsCommand({ region, profile }: EksConfig): string {
  return ["aws --region", region, ...(profile === undefined ? [] : ["--profile", profile])].join(
    " ",
  );
}

function roleOption({ roleArn }: EksConfig): string {
  return roleArn === undefined ? "" : ` --role-arn ${roleArn}`;
}

function unreachableFix({ publicCidrs }: EksConfig, describe: string): string {
  const from =
    publicCidrs.length === 0
      ? "It answers in its VPC only: run this from there, or list this machine's network in cluster.eks.publicCidrs."
      : `It answers in its VPC and from ${publicCidrs.join(", ")}.`;
  return `${from} Run: ${describe}`;
}
