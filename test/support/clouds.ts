import { azureAnswerOf, azureOutputsOf } from "./azure.ts";

/** What the clouds say to mocks. */
export interface CloudAnswers {
  /** The address of the API server of every cluster. @default one at which nothing answers */
  readonly server?: string;
  /** The authority of its certificate, base64. @default none that is one */
  readonly authority?: string;
  /** Who runs the program in AWS. @default the role that the settings of the tests name */
  readonly awsArn?: string;
  /** Who runs the program in Azure. */
  readonly azureObjectId?: string;
  /** Why Azure does not say where a cluster answers. @default it does */
  readonly azureRefuses?: string;
}

type Inputs = Readonly<Record<string, unknown>>;

/** What a resource says of itself once it is made, besides its inputs. */
export function outputsOf(
  type: string,
  inputs: Inputs,
  { server = "https://prod.example.com", authority = "Y2E=" }: CloudAnswers = {},
): Record<string, unknown> {
  if (type.startsWith("azure-native:")) return azureOutputsOf(type, inputs);
  switch (type) {
    case "aws:eks/cluster:Cluster":
      return {
        endpoint: server,
        certificateAuthority: { data: authority },
        identities: [{ oidcs: [{ issuer: "https://oidc.example.com/id/ABC" }] }],
      };
    case "aws:iam/role:Role":
      return { arn: `arn:aws:iam::111122223333:role/${String(inputs["name"])}` };
    case "aws:kms/key:Key":
      return { arn: "arn:aws:kms:eu-central-1:111122223333:key/1-2", keyId: "1-2" };
    case "aws:iam/openIdConnectProvider:OpenIdConnectProvider":
      return { arn: "arn:aws:iam::111122223333:oidc-provider/oidc.example.com/id/ABC" };
    case "aws:ec2/launchTemplate:LaunchTemplate":
      return { latestVersion: 1 };
    default:
      return {};
  }
}

/** What a cloud answers to a question of the program. */
export function answerOf(token: string, answers: CloudAnswers = {}): Record<string, unknown> {
  const { server = "https://staging.example.com", authority = "Y2E=" } = answers;
  const { azureObjectId: objectId = "ada", azureRefuses: refuses } = answers;
  const azure = azureAnswerOf(token, { server, authority, objectId, refuses });
  if (azure !== undefined) return azure;
  if (token !== "aws:index/getCallerIdentity:getCallerIdentity") return {};
  const { awsArn = "arn:aws:sts::111122223333:assumed-role/platform/ada" } = answers;
  return { accountId: "111122223333", arn: awsArn, id: "111122223333", userId: "AROA:ada" };
}
