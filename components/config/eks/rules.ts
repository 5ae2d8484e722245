import type { Rule } from "../fields.ts";
import { network } from "../networks.ts";
import { listOf, pattern } from "../rules.ts";

export const region = pattern(
  /^[a-z]{2}(-[a-z]+)+-\d$/,
  "be a region of AWS such as eu-central-1",
  "eu-central-1",
);

export const account = pattern(
  /^\d{12}$/,
  "be the 12 digits of an AWS account, as a text",
  "111122223333",
);

export const roleArn = pattern(
  /^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/,
  "be the ARN of an IAM role",
  "arn:aws:iam::111122223333:role/ROLE",
);

/** Neither an account as a whole nor a session: an access entry takes only these. */
const principalArn = pattern(
  /^arn:aws[\w-]*:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/,
  "be the ARN of an IAM role or user",
  "arn:aws:iam::111122223333:role/ROLE",
);

export const principals: Rule<readonly string[]> = {
  must: "be a list of ARNs of different IAM roles and users, with at least one",
  parse: (value) => {
    const parsed = listOf(principalArn, "").parse(value);
    const isSet = parsed !== undefined && new Set(parsed).size === parsed.length;
    return isSet && parsed.length > 0 ? parsed : undefined;
  },
};

export const keyArn = pattern(
  /^arn:aws[\w-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/,
  "be the ARN of a KMS key",
  "arn:aws:kms:eu-central-1:111122223333:key/KEY",
);

/** A resource is named in full but for its end: a grant on everything is none that anybody signs. */
export const resourceArns = listOf(
  pattern(/^arn:aws[\w-]*:[\w-]+:[a-z0-9-]*:\d{12}:[\w+=,.@:/-]+\*?$/, "", ""),
  "ARNs of one account, without wildcards but at their end",
);

export const vpcCidr = network(16, 20);

export const tags: Rule<Readonly<Record<string, string>>> = {
  must: 'be a map of at most 40 tags, none of which begins with "aws:"',
  parse: (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    const entries = Object.entries(value as Record<string, unknown>);
    const good = entries.every(
      ([key, text]) =>
        typeof text === "string" &&
        text.length <= 256 &&
        /^(?!aws:)[\w .:/=+@-]{1,128}$/i.test(key),
    );
    return good && entries.length <= 40 ? (value as Record<string, string>) : undefined;
  },
};
