import type { EksConfig } from "../../config/eks/types.ts";

export interface Endpoint {
  readonly server: string;
  /** The cluster's own authority, base64. */
  readonly authority: string;
}

const installHint = "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html";

/** getToken are the arguments with which the AWS CLI logs in to the cluster. */
export function getToken(
  name: string,
  { region, profile, roleArn }: Pick<EksConfig, "region" | "profile" | "roleArn">,
): string[] {
  return [
    ...["--region", region, "eks", "get-token", "--cluster-name", name, "--output", "json"],
    ...(roleArn === undefined ? [] : ["--role-arn", roleArn]),
    ...(profile === undefined ? [] : ["--profile", profile]),
  ];
}

/**
 * kubeconfigOf is a kubeconfig that holds no credential: whoever uses it logs in by the AWS CLI. It stays the same when
 * tokens expire, so that a destroy can use the one that was recorded.
 */
export function kubeconfigOf(
  name: string,
  config: Pick<EksConfig, "region" | "profile" | "roleArn">,
  { server, authority }: Endpoint,
): string {
  const exec = {
    apiVersion: "client.authentication.k8s.io/v1beta1",
    command: "aws",
    args: getToken(name, config),
    installHint: `Install the AWS CLI 2.7 or newer: ${installHint}`,
    interactiveMode: "Never",
    provideClusterInfo: false,
  };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server, "certificate-authority-data": authority } }],
    users: [{ name, user: { exec } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  });
}
