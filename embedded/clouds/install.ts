import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { installPlugin, installProgram } from "../plugin/install.ts";
import type { CloudName } from "./account.ts";

/** The releases of the plugins for which the stand-ins stand: those that the npm packages ask for. */
export const standIns = {
  aws: { name: "aws", version: "7.48.0" },
  azure: { name: "azure-native", version: "3.28.0" },
} as const;

const tools: Readonly<Record<CloudName, string>> = { aws: "aws", azure: "kubelogin" };

export interface CloudInstallation {
  /** `plugins` of a PULUMI_HOME of its own. */
  readonly plugins: string;
  /** A directory for the stub of the cloud's command line tool; only tests put it on a PATH. */
  readonly tools: string;
  readonly node: string;
}

/** installCloud puts the stand-in of a cloud's plugin and the stub of its tool where they are looked for. */
export async function installCloud(
  cloud: CloudName,
  { plugins, tools: directory, node }: CloudInstallation,
): Promise<void> {
  const moduleOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  await installPlugin(standIns[cloud], { main: moduleOf(`${cloud}/main.ts`), plugins, node });
  const name = tools[cloud];
  const main = moduleOf(`tools/${name}.ts`);
  await installProgram({ path: join(directory, name), name, main, node });
}
