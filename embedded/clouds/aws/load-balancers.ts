import type { HandedOut } from "../../cloud/addresses.ts";
import type { Account, CloudResource } from "../account.ts";
import { objectOf, textOf, textsOf } from "../resource-type.ts";
import { loadBalancerType } from "./occupants.ts";
import { accountId } from "./words.ts";

/** Notes what the Services of a cluster that is gone still had: each a load balancer and its security group. */
export function leaveLoadBalancers(
  account: Account,
  { id: cluster, properties }: CloudResource,
  left: HandedOut,
): void {
  const config = objectOf(properties["vpcConfig"]);
  const region = textOf(properties, "arn").split(":")[3] ?? "";
  for (const [address, holders] of Object.entries(left)) {
    const digits = account.hex(32);
    const arn = `arn:aws:elasticloadbalancing:${region}:${accountId}:loadbalancer/net/${digits}/${digits.slice(0, 16)}`;
    const vpcId = textOf(config, "vpcId");
    const tags = {
      [`kubernetes.io/cluster/${cluster}`]: "owned",
      "kubernetes.io/service-name": holders[0]?.service ?? "",
    };
    const subnetIds = textsOf(config["subnetIds"]);
    account.put(loadBalancerType, arn, { arn, address, vpcId, subnetIds, tags, cluster });
    const group = `sg-${account.hex(17)}`;
    const groupArn = `arn:aws:ec2:${region}:${accountId}:security-group/${group}`;
    account.put("ec2:security-group", group, { arn: groupArn, vpcId, tags, loadBalancer: arn });
  }
}

/** What a person does who finds one: the load balancer goes, and its security group. */
export function deleteLoadBalancer(account: Account, arn: string): boolean {
  if (account.get(loadBalancerType, arn) === undefined) return false;
  account.remove(loadBalancerType, arn);
  for (const { type, id } of account.find("ec2:security-group", { loadBalancer: arn })) {
    account.remove(type, id);
  }
  return true;
}
