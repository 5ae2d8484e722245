const variable = "FLUX_BOOTSTRAP_STAND_INS";

/** A release of a resource plugin of Pulumi that this project stands in for, in embedded clusters and tests only. */
export interface StandIn {
  /** Such as `command`, of `pulumi-resource-command`. */
  readonly name: string;
  readonly version: string;
}

/** requireAllowed throws unless the environment that started the process uses stand-ins on purpose. */
export function requireAllowed(
  { name, version }: StandIn,
  environment: NodeJS.ProcessEnv = process.env,
): void {
  const program = `pulumi-resource-${name}`;
  requireStandIns(
    `This plugin stands in for ${program} in embedded clusters and tests only; ` +
      `get the published one with: pulumi plugin install resource ${name} ${version} --reinstall`,
    environment,
  );
}

/** requireStandIns is requireAllowed for programs that are no plugins; `next` says where the real one is. */
export function requireStandIns(next: string, environment: NodeJS.ProcessEnv = process.env): void {
  const value = environment[variable];
  if (value === "allowed") return;
  throw new Error(
    `${variable} must be "allowed" to run a stand-in, got ${value === undefined ? "nothing" : JSON.stringify(value)}. ${next}`,
  );
}
