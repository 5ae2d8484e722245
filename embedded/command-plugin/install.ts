import { fileURLToPath } from "node:url";

import { installPlugin } from "../plugin/install.ts";
import { standIn } from "./stand-in.ts";

/**
 * installCommandPlugin puts the stand-in for the `command` plugin where Pulumi looks for it, in `plugins` of a
 * PULUMI_HOME of its own, and answers the path of the executable. It runs this checkout with the given Node (22.19 or
 * newer).
 */
export async function installCommandPlugin(plugins: string, node: string): Promise<string> {
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  return installPlugin(standIn, { main, plugins, node });
}
