import { type Call, type CheckFailure, type ResourceType, textOf } from "../resource-type.ts";
import { accountId, arn, awsError, checkName, regionOf, tagsOf } from "./words.ts";

const names = { pattern: /^[\w+=,.@-]+$/, longest: 64 };
const roleType = "aws:iam/role:Role";
const attachmentType = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";

function arnOf(call: Call, kind: string, name: string): string {
  return arn(
    "iam",
    regionOf(call.inputs, call),
    `${kind}${textOf(call.inputs, "path") || "/"}${name}`,
  );
}

function checkDocument(property: string, text: unknown): CheckFailure[] {
  if (typeof text !== "string" || !text.startsWith("{")) return [];
  try {
    JSON.parse(text);
    return [];
  } catch {
    return [{ property, reason: `"${property}" contains an invalid JSON policy` }];
  }
}

/** One name for an account; its policies go before it does. */
export const role: ResourceType = {
  replaceOn: ["name", "path"],
  nameInput: "name",
  outputs: ["arn", "uniqueId", "createDate", "tagsAll", "name"],
  check: (inputs) => [
    ...checkName(inputs, "name", names),
    ...checkDocument("assumeRolePolicy", inputs["assumeRolePolicy"]),
  ],
  create: (call) => {
    const name = textOf(call.inputs, "name") || `role-${call.account.hex(7)}`;
    if (call.account.get(roleType, name) !== undefined) {
      const message = `Role with name ${name} already exists.`;
      throw awsError("IAM: CreateRole", "EntityAlreadyExists", message);
    }
    const uniqueId = `AROA${call.account.hex(17).toUpperCase()}`;
    const createDate = "2026-01-01T00:00:00Z";
    const tagsAll = tagsOf(call.inputs, call);
    return {
      id: name,
      outputs: { arn: arnOf(call, "role", name), uniqueId, createDate, tagsAll, name },
    };
  },
  update: (call) => ({ tagsAll: tagsOf(call.inputs, call) }),
  remove: ({ account }, { id, properties }) => {
    const attached = account.find(attachmentType, { role: id });
    if (attached.length === 0 || properties["forceDetachPolicies"] === true) return;
    const message = "Cannot delete entity, must detach all policies first.";
    throw awsError("IAM: DeleteRole", "DeleteConflict", message);
  },
};

export const rolePolicyAttachment: ResourceType = {
  replaceOn: ["role", "policyArn"],
  outputs: [],
  create: ({ account, inputs }) => {
    const [name, policy] = [textOf(inputs, "role"), textOf(inputs, "policyArn")];
    if (account.get(roleType, name) === undefined) {
      const message = `The role with name ${name} cannot be found.`;
      throw awsError("IAM: AttachRolePolicy", "NoSuchEntity", message);
    }
    if (!policy.includes(":aws:policy/")) {
      const message = `Policy ${policy} does not exist or is not attachable.`;
      throw awsError("IAM: AttachRolePolicy", "NoSuchEntity", message);
    }
    return { id: `${name}-${account.hex(26)}`, outputs: {} };
  },
};

export const rolePolicy: ResourceType = {
  replaceOn: ["name", "role"],
  nameInput: "name",
  outputs: ["name"],
  check: (inputs) => [
    ...checkName(inputs, "name", { ...names, longest: 128 }),
    ...checkDocument("policy", inputs["policy"]),
  ],
  create: ({ account, inputs }) => {
    const name = textOf(inputs, "name") || `policy-${account.hex(7)}`;
    return { id: `${textOf(inputs, "role")}:${name}`, outputs: { name } };
  },
};

/** One for an issuer. */
export const openIdConnectProvider: ResourceType = {
  replaceOn: ["url"],
  outputs: ["arn", "tagsAll", "thumbprintLists"],
  create: (call) => {
    const url = textOf(call.inputs, "url").replace(/^https:\/\//, "");
    const id = `arn:aws:iam::${accountId}:oidc-provider/${url}`;
    if (call.account.get("aws:iam/openIdConnectProvider:OpenIdConnectProvider", id) !== undefined) {
      const message = `Provider with url https://${url} already exists.`;
      throw awsError("IAM: CreateOpenIDConnectProvider", "EntityAlreadyExists", message);
    }
    const tagsAll = tagsOf(call.inputs, call);
    return { id, outputs: { arn: id, tagsAll, thumbprintLists: [] } };
  },
};
