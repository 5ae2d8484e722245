import type { InvokeFunction } from "../resource-type.ts";
import { accountId } from "./words.ts";

/** Who is logged in: the session of a role, as STS names it. */
const getCallerIdentity: InvokeFunction = ({ settings }) => {
  const { login } = settings;
  if (login === undefined) {
    throw new Error(
      "No valid credential sources found. Please see https://www.pulumi.com/registry/packages/aws/installation-configuration/ " +
        "for more information about providing credentials.",
    );
  }
  const role = /:role\/(?:.*\/)?([^/]+)$/.exec(login.principal)?.[1];
  const arn =
    role === undefined ? login.principal : `arn:aws:sts::${accountId}:assumed-role/${role}/session`;
  return { accountId, arn, userId: `AROAEXAMPLE:session`, id: accountId };
};

export const functions: Readonly<Record<string, InvokeFunction>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": getCallerIdentity,
};
