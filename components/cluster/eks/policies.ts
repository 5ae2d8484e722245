/** A statement of an IAM policy. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow";
  readonly Principal?: Readonly<Record<string, string>>;
  readonly Action: readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** policy is the JSON of a policy; the same statements always give the same text. */
export function policy(...statements: readonly Statement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** trustOf lets one service of AWS take a role. */
export function trustOf(service: string, actions: readonly string[] = ["sts:AssumeRole"]): string {
  return policy({ Effect: "Allow", Principal: { Service: service }, Action: actions });
}

/** Pod Identity tags its sessions (docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html). */
export const podTrust = trustOf("pods.eks.amazonaws.com", ["sts:AssumeRole", "sts:TagSession"]);

/** partitionOf is the part of AWS in which a region lies, as ARNs begin with it. */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

/** managedPolicy is the ARN of a policy of AWS's own. */
export function managedPolicy(region: string, name: string): string {
  return `arn:${partitionOf(region)}:iam::aws:policy/${name}`;
}
