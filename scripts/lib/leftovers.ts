/** Asks AWS by its CLI; resolves to what that printed, rejects when it failed. */
export type AskAws = (words: readonly string[]) => Promise<string>;

interface Answer {
  readonly ResourceTagMappingList?: readonly { readonly ResourceARN?: string }[];
}

/** What Kubernetes' own controllers, the AWS Load Balancer Controller and the VPC CNI tag with the cluster's name. */
const filters = (cluster: string): readonly string[] => [
  `Key=kubernetes.io/cluster/${cluster}`,
  `Key=elbv2.k8s.aws/cluster,Values=${cluster}`,
  `Key=cluster.k8s.amazonaws.com/name,Values=${cluster}`,
];

/** What goes with the cluster: AWS lists an instance for an hour after its end. */
const gone = /^arn:[\w-]+:(ec2:[^/]*:(instance|launch-template)|eks:[^/]*)\//;

/** awsLeftovers are the ARNs of what a cluster made in AWS and did not take with it, sorted. */
export async function awsLeftovers(ask: AskAws, cluster: string): Promise<string[]> {
  const command = ["resourcegroupstaggingapi", "get-resources", "--output", "json"];
  const answers = await Promise.all(
    filters(cluster).map((filter) => ask([...command, "--tag-filters", filter])),
  );
  const arns = answers.flatMap((text) =>
    ((JSON.parse(text) as Answer).ResourceTagMappingList ?? []).map(
      ({ ResourceARN: arn = "" }) => arn,
    ),
  );
  return [...new Set(arns)].filter((arn) => arn !== "" && !gone.test(arn)).toSorted();
}
