import type { AksAdmins } from "../../config/aks/types.ts";
import { installText, isOnPath } from "../../preflight/login.ts";

const plugin = { command: "kubelogin", installHint: undefined };

/** kubeloginProblem is what is wrong when kubelogin is not on this machine, else undefined. Nothing is run. */
export function kubeloginProblem(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  if (isOnPath(plugin.command, environment)) return undefined;
  return `${plugin.command} must be on the PATH, got none. ${installText(plugin)}`;
}

/**
 * callerProblem is what is wrong when whoever runs this could not log in to the cluster that it makes, else undefined.
 * Who is in a group only Entra knows: there the cluster itself gives the answer.
 */
export function callerProblem(
  objectId: string,
  { groups, servicePrincipals, users }: AksAdmins,
): string | undefined {
  const listed = [...servicePrincipals, ...users];
  const isListed = listed.some((id) => id.toLowerCase() === objectId.toLowerCase());
  if (isListed || groups.length > 0) return undefined;
  return (
    `cluster.aks.admins must hold the identity that runs this (${objectId}) or a group of it, ` +
    `got ${listed.map((id) => `"${id}"`).join(", ")}. ` +
    "Add it to cluster.aks.admins.servicePrincipals, or .users, in the stack's configuration file."
  );
}
