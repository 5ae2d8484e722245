/** Caller is who runs the program, as AWS sees it. */
export interface Caller {
  readonly account: string;
  readonly arn: string;
}

/**
 * principalOf is the IAM role or user behind a caller, as `account/role/name`. A session names its role without the path,
 * which no other role of the account with that name can have.
 */
export function principalOf(arn: string): string {
  const [, , , , account = "", resource = ""] = arn.split(":");
  const [type = "", ...path] = resource.split("/");
  const name = type === "assumed-role" ? path[0] : path.at(-1);
  return `${account}/${type === "assumed-role" ? "role" : type}/${name ?? ""}`;
}

/** callerProblem is what is wrong when the caller could not log in to the cluster that it makes, else undefined. */
export function callerProblem({ arn }: Caller, admins: readonly string[]): string | undefined {
  const own = principalOf(arn);
  if (admins.some((admin) => principalOf(admin) === own)) return undefined;
  const listed = admins.map((admin) => `"${admin}"`).join(", ");
  const [account = "", type = "", name = ""] = own.split("/");
  const partition = arn.split(":")[1] ?? "aws";
  return (
    `cluster.eks.admins must hold the identity that runs this (${arn}), got ${listed}. ` +
    `Run: pulumi config set --path 'cluster.eks.admins[${admins.length}]' ` +
    `arn:${partition}:iam::${account}:${type}/${name} (with the path of the ${type}, if it has one)`
  );
}
