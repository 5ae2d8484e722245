import type { Reader } from "../cluster/reader.ts";
import { RefusedError } from "../cluster/reader.ts";
import type { Right } from "./rights.ts";

interface Review {
  readonly status?: { readonly allowed?: boolean };
}

const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
const everything = { verb: "*", group: "*", resource: "*" };

/**
 * missingRights are those of the rights that the login has not. Each is a question of its own, because the one that
 * lists all rights (SelfSubjectRulesReview) leaves out what an authorizer of a cloud grants. An administrator is asked
 * one question only.
 */
export async function missingRights(reader: Reader, rights: readonly Right[]): Promise<Right[]> {
  if (rights.length === 0 || (await isAllowed(reader, everything))) return [];
  const answers = await Promise.all(rights.map((right) => isAllowed(reader, right)));
  return rights.filter((_, index) => answers[index] === false);
}

async function isAllowed(
  reader: Reader,
  { resource, ...right }: typeof everything,
): Promise<boolean> {
  const [plural = "", subresource] = resource.split("/");
  const resourceAttributes = {
    ...right,
    resource: plural,
    ...(subresource !== undefined && { subresource }),
  };
  try {
    const review = await reader.ask<Review>(path, {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes },
    });
    return review?.status?.allowed === true;
  } catch (error) {
    // Where nobody may ask, the write itself will tell.
    if (error instanceof RefusedError && error.code === 403) return true;
    throw error;
  }
}

/** rightsProblem names everything that is missing, the verbs of one kind together. */
export function rightsProblem(missing: readonly Right[]): string | undefined {
  const [first] = missing;
  if (first === undefined) return undefined;
  const kinds = Map.groupBy(missing, whatText);
  const list = [...kinds].map(([what, of]) => `${of.map(({ verb }) => verb).join(", ")} ${what}`);
  return (
    `the login must have the rights of a run, got no right to: ${list.join("; ")}. ` +
    `Grant them, and ask with: ${canI(first)}`
  );
}

function whatText({ group, resource, namespace, name }: Omit<Right, "verb">): string {
  const kind = group === "" ? resource : `${resource}.${group}`;
  const object = name === undefined ? kind : `${kind}/${name}`;
  return namespace === undefined ? object : `${object} in ${namespace}`;
}

function canI({ verb, group, resource, namespace, name }: Right): string {
  const kind = group === "" ? resource : `${resource}.${group}`;
  const object = name === undefined ? kind : `${kind}/${name}`;
  const where = namespace === undefined ? "" : ` --namespace ${namespace}`;
  return `kubectl auth can-i ${verb} ${object}${where}`;
}
