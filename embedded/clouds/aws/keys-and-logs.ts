import { type ResourceType, textOf } from "../resource-type.ts";
import { arn, awsError, checkName, regionOf, tagsOf } from "./words.ts";

/** A key is never deleted at once: it stays for the days of its window, and nothing can use it. */
export const key: ResourceType = {
  replaceOn: ["keyUsage", "customerMasterKeySpec", "multiRegion"],
  outputs: ["arn", "keyId", "tagsAll"],
  check: ({ deletionWindowInDays: days }) =>
    typeof days !== "number" || (days >= 7 && days <= 30)
      ? []
      : [
          {
            property: "deletionWindowInDays",
            reason: `expected deletion_window_in_days to be in the range (7 - 30), got ${days}`,
          },
        ],
  create: (call) => {
    const digits = call.account.hex(32);
    const parts = [0, 8, 12, 16, 20].map((start, index) =>
      digits.slice(start, [8, 12, 16, 20, 32][index]),
    );
    const id = parts.join("-");
    const region = regionOf(call.inputs, call);
    const tagsAll = tagsOf(call.inputs, call);
    return { id, outputs: { arn: arn("kms", region, `key/${id}`), keyId: id, tagsAll } };
  },
  update: (call) => ({ tagsAll: tagsOf(call.inputs, call) }),
  remove: ({ account }, { id, properties }) => {
    account.put("kms:pending-deletion", id, properties);
  },
};

export const alias: ResourceType = {
  replaceOn: ["name"],
  nameInput: "name",
  outputs: ["arn", "targetKeyArn"],
  check: (inputs) =>
    checkName(inputs, "name", {
      pattern: /^(alias\/)(?!aws\/)[\w/-]+$|^[0-9a-f-]{36}$/,
      longest: 256,
    }),
  create: (call) => {
    const { account, inputs } = call;
    const name = textOf(inputs, "name");
    if (account.get("aws:kms/alias:Alias", name) !== undefined) {
      const message = `An alias with the name ${arn("kms", regionOf(inputs, call), name)} already exists`;
      throw awsError("KMS: CreateAlias", "AlreadyExistsException", message);
    }
    const target = account.get("aws:kms/key:Key", textOf(inputs, "targetKeyId"));
    const targetKeyArn = target?.properties["arn"] ?? textOf(inputs, "targetKeyId");
    return { id: name, outputs: { arn: arn("kms", regionOf(inputs, call), name), targetKeyArn } };
  },
};

export const logGroupType = "aws:cloudwatch/logGroup:LogGroup";

/** A group that a service made is there too: one name, whoever came first. */
export const logGroup: ResourceType = {
  replaceOn: ["name", "logGroupClass"],
  nameInput: "name",
  outputs: ["arn", "tagsAll", "name"],
  check: (inputs) => checkName(inputs, "name", { pattern: /^[.\-_/#A-Za-z0-9]+$/, longest: 512 }),
  create: (call) => {
    const { account, inputs } = call;
    const name = textOf(inputs, "name");
    const taken = account.get(logGroupType, name) ?? account.get("logs:log-group-of-service", name);
    if (taken !== undefined) {
      const message = "The specified log group already exists";
      throw awsError("CloudWatch Logs: CreateLogGroup", "ResourceAlreadyExistsException", message);
    }
    const region = regionOf(inputs, call);
    const tagsAll = tagsOf(inputs, call);
    return { id: name, outputs: { arn: arn("logs", region, `log-group:${name}`), tagsAll, name } };
  },
  update: (call) => ({ tagsAll: tagsOf(call.inputs, call) }),
};
