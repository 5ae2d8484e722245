import type { Properties } from "../../plugin/properties.ts";
import type { Account, CloudResource } from "../account.ts";
import { objectOf, textOf, textsOf } from "../resource-type.ts";

/** A load balancer that nobody of the program made: what a Service of type LoadBalancer had. */
export const loadBalancerType = "elasticloadbalancing:loadbalancer";

const inVpcTypes = [
  "aws:ec2/subnet:Subnet",
  "aws:ec2/internetGateway:InternetGateway",
  "aws:ec2/routeTable:RouteTable",
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/vpcEndpoint:VpcEndpoint",
  "ec2:security-group",
  loadBalancerType,
];

/** Everything that keeps the VPC. */
export function inVpc(account: Account, vpcId: string): CloudResource[] {
  return inVpcTypes.flatMap((type) => account.find(type, { vpcId }));
}

/** Everything with a network interface in the subnet. */
export function inSubnet(account: Account, id: string): CloudResource[] {
  return account.all().filter(({ type, properties }) => subnetsOf(type, properties).includes(id));
}

function subnetsOf(type: string, properties: Properties): string[] {
  switch (type) {
    case "aws:eks/cluster:Cluster":
      return textsOf(objectOf(properties["vpcConfig"])["subnetIds"]);
    case "aws:ec2/natGateway:NatGateway":
      return [textOf(properties, "subnetId")];
    case "aws:eks/nodeGroup:NodeGroup":
    case "aws:ec2/vpcEndpoint:VpcEndpoint":
    case loadBalancerType:
      return textsOf(properties["subnetIds"]);
    default:
      return [];
  }
}

/** What in the VPC is reached from the internet. */
export function publicAddresses(account: Account, vpcId: string): CloudResource[] {
  const subnets = account.find("aws:ec2/subnet:Subnet", { vpcId }).map(({ id }) => id);
  const gateways = account
    .all("aws:ec2/natGateway:NatGateway")
    .filter(({ properties }) => subnets.includes(textOf(properties, "subnetId")));
  return [...gateways, ...account.find(loadBalancerType, { vpcId })];
}

/** What uses the security group: it cannot go before. */
export function inSecurityGroup(account: Account, id: string): CloudResource[] {
  return account.all().filter(({ type, properties }) => {
    const vpcConfig = objectOf(properties["vpcConfig"]);
    const lists = [properties["securityGroupIds"], properties["vpcSecurityGroupIds"]];
    const used = [...lists, vpcConfig["securityGroupIds"]].flatMap(textsOf).includes(id);
    return type !== "aws:ec2/securityGroup:SecurityGroup" && used;
  });
}
