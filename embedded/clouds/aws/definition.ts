import type { CloudDefinition } from "../service.ts";
import { standIns } from "../install.ts";
import { accessEntry, accessPolicyAssociation, podIdentityAssociation } from "./access.ts";
import { cluster } from "./cluster.ts";
import { defaultSecurityGroup, launchTemplate, securityGroup } from "./compute.ts";
import { functions } from "./functions.ts";
import { openIdConnectProvider, role, rolePolicy, rolePolicyAttachment } from "./iam.ts";
import { alias, key, logGroup } from "./keys-and-logs.ts";
import * as network from "./network.ts";
import { addon, nodeGroup } from "./nodes.ts";

/** What stands in for the plugin `aws`: the types that an EKS stack of this project registers. */
export const aws: CloudDefinition = {
  cloud: "aws",
  standIn: standIns.aws,
  functions,
  types: {
    "aws:ec2/vpc:Vpc": network.vpc,
    "aws:ec2/subnet:Subnet": network.subnet,
    "aws:ec2/internetGateway:InternetGateway": network.internetGateway,
    "aws:ec2/eip:Eip": network.eip,
    "aws:ec2/natGateway:NatGateway": network.natGateway,
    "aws:ec2/routeTable:RouteTable": network.routeTable,
    "aws:ec2/route:Route": network.route,
    "aws:ec2/routeTableAssociation:RouteTableAssociation": network.routeTableAssociation,
    "aws:ec2/vpcEndpoint:VpcEndpoint": network.vpcEndpoint,
    "aws:ec2/securityGroup:SecurityGroup": securityGroup,
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": defaultSecurityGroup,
    "aws:ec2/launchTemplate:LaunchTemplate": launchTemplate,
    "aws:iam/role:Role": role,
    "aws:iam/rolePolicy:RolePolicy": rolePolicy,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": rolePolicyAttachment,
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": openIdConnectProvider,
    "aws:kms/key:Key": key,
    "aws:kms/alias:Alias": alias,
    "aws:cloudwatch/logGroup:LogGroup": logGroup,
    "aws:eks/cluster:Cluster": cluster,
    "aws:eks/nodeGroup:NodeGroup": nodeGroup,
    "aws:eks/addon:Addon": addon,
    "aws:eks/accessEntry:AccessEntry": accessEntry,
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": accessPolicyAssociation,
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": podIdentityAssociation,
  },
};
