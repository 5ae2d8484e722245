import type { Fields } from "../fields.ts";
import { setCommand, setSecretCommand } from "../problem.ts";
import { text } from "../rules.ts";
import { type Method, unlessKind } from "./method.ts";

/** A name with a password or token, for an OCI registry. */
export const registry: Method = {
  settings: ({ root }) =>
    ["registryPassword", "registryUsername"].map((key) => ({ fields: root, key })),
  misfit: unlessKind("OCIRepository"),
  read: ({ root }) => {
    const pair = readPair(root, "registryUsername", "registryPassword", setCommand);
    return pair === undefined
      ? undefined
      : { kind: "registry", username: pair[0], password: pair[1] };
  },
};

/** A static key pair, for a bucket. */
export const bucket: Method = {
  settings: ({ root }) =>
    ["bucketSecretKey", "bucketAccessKey"].map((key) => ({ fields: root, key })),
  misfit: unlessKind("Bucket"),
  read: ({ root }) => {
    const pair = readPair(root, "bucketAccessKey", "bucketSecretKey", setSecretCommand);
    return pair === undefined
      ? undefined
      : { kind: "bucket", accessKey: pair[0], secretKey: pair[1] };
  },
};

/** Neither of the two goes without the other; the second is secret. */
function readPair(
  root: Fields,
  first: string,
  second: string,
  setFirst: (path: string, value: string) => string,
): readonly [string, string] | undefined {
  const [one, other] = [root.optional(first, text), root.optional(second, text)];
  if (!root.has(first)) root.note(first, `be set with ${second}`, setFirst(first, "NAME"));
  if (!root.has(second)) root.note(second, `be set with ${first}`, setSecretCommand(second));
  return one === undefined || other === undefined ? undefined : [one, other];
}
