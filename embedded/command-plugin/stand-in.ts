/**
 * The release that this directory stands in for: the resource plugin `command` of Pulumi, of which it serves
 * `command:local:Command` alone. Embedded clusters and tests use it where the published plugin cannot be had. It is
 * never on a user's path to production: nothing outside of the embedded environment installs it, and it does
 * nothing without the variable below.
 */
export const version = "1.2.1";

const variable = "FLUX_BOOTSTRAP_STAND_INS";

/** requireAllowed throws unless the environment that started the process uses stand-ins on purpose. */
export function requireAllowed(environment: NodeJS.ProcessEnv = process.env): void {
  const value = environment[variable];
  if (value === "allowed") return;
  throw new Error(
    `${variable} must be "allowed" to run a stand-in, got ${value === undefined ? "nothing" : JSON.stringify(value)}. ` +
      "This plugin stands in for pulumi-resource-command in embedded clusters and tests only; " +
      `get the published one with: pulumi plugin install resource command ${version} --reinstall`,
  );
}
