import { readFileSync } from "node:fs";

import { parse } from "yaml";

interface Project {
  readonly runtime: { readonly options: { readonly nodeargs: string } };
}

const file = new URL("../../Pulumi.yaml", import.meta.url);
const { runtime } = parse(readFileSync(file, "utf8")) as Project;

/** With what Pulumi starts the program's Node; paths in it are from the root of the project. */
export const nodeArguments: readonly string[] = runtime.options.nodeargs.split(" ");
