import type { EksGrant } from "../../config/eks/types.ts";
import type { Statement } from "./policies.ts";

/** What each grant allows on the resources that are named. */
const actions: Readonly<Record<Exclude<EksGrant, "logs">, readonly string[]>> = {
  secrets: [
    "secretsmanager:GetSecretValue",
    "secretsmanager:DescribeSecret",
    "secretsmanager:ListSecretVersionIds",
  ],
  parameters: ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"],
  decrypt: ["kms:Decrypt", "kms:DescribeKey"],
  pull: [
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:DescribeImages",
    "ecr:DescribeRepositories",
    "ecr:GetDownloadUrlForLayer",
    "ecr:ListImages",
  ],
};

/** grantStatements allow reading the resources and nothing else. The token of a registry is for all of ECR or none. */
export function grantStatements(
  grant: Exclude<EksGrant, "logs">,
  resources: readonly string[],
): Statement[] {
  const own: Statement = { Effect: "Allow", Action: actions[grant], Resource: resources };
  if (grant !== "pull") return [own];
  return [own, { Effect: "Allow", Action: ["ecr:GetAuthorizationToken"], Resource: "*" }];
}
