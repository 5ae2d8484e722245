import type { StandIn } from "../plugin/stand-in.ts";

/**
 * The release that this directory stands in for: the resource plugin `command` of Pulumi, of which it serves
 * `command:local:Command` alone. Embedded clusters and tests use it where the published plugin cannot be had. It is
 * never on a user's path to production: nothing outside of the embedded environment installs it.
 */
export const standIn: StandIn = { name: "command", version: "1.2.1" };
