import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join, resolve } from "node:path";

import { connectionOf, parseKubeconfig } from "../cluster/kubeconfig.ts";

/** Login is how a kubeconfig context gets its credential. */
export interface Login {
  readonly context: string;
  /** The exec plugin; undefined where the kubeconfig holds the credential, or says where it lies. */
  readonly plugin: Plugin | undefined;
}

export interface Plugin {
  readonly command: string;
  readonly installHint: string | undefined;
}

/** Where the plugins of the clouds come from. */
const installLinks: Readonly<Record<string, string>> = {
  aws: "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html",
  "aws-iam-authenticator":
    "https://docs.aws.amazon.com/eks/latest/userguide/install-aws-iam-authenticator.html",
  kubelogin: "https://azure.github.io/kubelogin/install.html",
  "gke-gcloud-auth-plugin":
    "https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-access-for-kubectl#install_plugin",
};

/** loginOf is how the context of a kubeconfig logs in, its current one where none is named. */
export function loginOf(kubeconfig: string, context: string | undefined): Login {
  const { exec } = (connectionOf(kubeconfig, context)?.user ?? {}) as {
    readonly exec?: { readonly command?: unknown; readonly installHint?: unknown };
  };
  const { command, installHint } = exec ?? {};
  const hint = typeof installHint === "string" ? installHint.trim() : "";
  return {
    context: context ?? parseKubeconfig(kubeconfig)?.["current-context"] ?? "",
    plugin:
      typeof command === "string"
        ? { command, installHint: hint === "" ? undefined : hint }
        : undefined,
  };
}

/** pluginProblem is what is wrong when the plugin is not on this machine, else undefined. Nothing is run. */
export function pluginProblem(
  { plugin, context }: Login,
  environment: NodeJS.ProcessEnv = process.env,
): string | undefined {
  if (plugin === undefined || isOnPath(plugin.command, environment)) return undefined;
  return (
    `the exec plugin "${plugin.command}" of context ${context} must be on the PATH, got none. ` +
    installText(plugin)
  );
}

/** installText says where a plugin comes from. */
export function installText({ command, installHint }: Plugin): string {
  const name =
    command
      .split(/[/\\]/)
      .at(-1)
      ?.replace(/\.exe$/, "") ?? command;
  const link = installLinks[name];
  if (link !== undefined) return `Install it: ${link}`;
  if (installHint === undefined) return "Install it, or choose another kubeconfig.";
  return installHint.replaceAll(/\s+/g, " ").slice(0, 300);
}

/** isOnPath tells whether a program can be run from here. Nothing is run. */
export function isOnPath(command: string, { PATH = "", PATHEXT = "" }: NodeJS.ProcessEnv): boolean {
  const endings = ["", ...PATHEXT.split(delimiter).filter((ending) => ending !== "")];
  const places = /[/\\]/.test(command)
    ? [isAbsolute(command) ? command : resolve(command)]
    : PATH.split(delimiter).map((directory) => join(directory, command));
  return places.some((place) => endings.some((ending) => canRun(`${place}${ending}`)));
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const longestReason = 300;

/** credentialProblem says why a login gave no credential. */
export async function credentialProblem(
  { plugin, context }: Login,
  error: Error,
  fix: string,
): Promise<string> {
  const { Redactor } = await import("../../scripts/lib/redact.ts");
  const lines = new Redactor().text(error.message).split("\n");
  const said = lines.filter((line) => line.trim() !== "").at(-1) ?? "nothing";
  const what =
    plugin === undefined
      ? `the login of context ${context} must give a credential`
      : `the exec plugin "${plugin.command}" of context ${context} must give a credential`;
  return `${what}, got: ${said.trim().slice(0, longestReason)}. ${fix}`;
}

/** refusedProblem says that the server does not know the credential. */
export function refusedProblem({ context }: Login, server: string, fix: string): string {
  return (
    `the login of context ${context} must be accepted by ${server}, got 401 Unauthorized: ` +
    `it has expired, was revoked or belongs to another cluster. ${fix}`
  );
}
